create table inbox (
  event_id uuid primary key,
  received_at timestamptz not null default now()
);
create index inbox_received_at on inbox using brin (received_at);

-- id derives from what it tells of (a reminder and its moment, a task), so that no event makes two.
create table notifications (
  id uuid primary key,
  account_id uuid not null,
  kind text not null check (kind in ('reminder.due', 'task.created')),
  task_id uuid,
  reminder_id uuid,
  title text not null,
  fire_at timestamptz,
  due jsonb,
  -- Milliseconds, as in the API: cursors are exact.
  created_at timestamptz(3) not null default clock_timestamp(),
  read_at timestamptz(3),
  -- Not while a late one waits for the answer whether it still applies.
  is_shown boolean not null
);
create index notifications_newest on notifications (account_id, created_at desc, id desc) where is_shown;
create index notifications_unread on notifications (account_id) where is_shown and read_at is null;
create index notifications_task on notifications (task_id, created_at desc, id desc) where is_shown;
create index notifications_age on notifications using brin (created_at);

-- One for each channel; its id is the mail's Message-ID.
create table deliveries (
  id uuid primary key,
  notification_id uuid not null references notifications on delete cascade,
  channel text not null check (channel in ('in-app', 'email')),
  status text not null check (status in ('pending', 'sent', 'failed', 'superseded')),
  attempts integer not null default 0,
  provider_id text,
  error text,
  created_at timestamptz(3) not null default clock_timestamp(),
  sent_at timestamptz(3),
  unique (notification_id, channel)
);

create table preferences (
  account_id uuid primary key,
  settings jsonb not null,
  updated_at timestamptz not null default now()
);
