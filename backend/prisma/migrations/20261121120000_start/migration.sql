-- The backend's schema. Instants carry milliseconds, as the API does, so that a cursor finds its row again.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- The database's clock is the only one that decides. Tests set tend.now.
create function clock() returns timestamptz language sql stable as
$$ select date_trunc('milliseconds', coalesce(nullif(current_setting('tend.now', true), '')::timestamptz, now())) $$;

create function rfc3339(at timestamptz) returns text language sql stable as
$$ select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- Accounts (the tables that better-auth reads and writes, through Prisma)

create table users (
  id uuid primary key default uuidv7(),
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  time_zone text not null default 'UTC',
  locale text not null default 'en',
  all_day_time text not null default '09:00',
  is_administrator boolean not null default false,
  inbox_project_id uuid,
  -- Zone, all-day time and tz database that the account's instants were derived for; anything else is derived again.
  derived_for text,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table sessions (
  id uuid primary key default uuidv7(),
  user_id uuid not null references users on delete cascade,
  token text not null unique,
  token_hash bytea not null generated always as (sha256(token::bytea)) stored,
  expires_at timestamptz(3) not null,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index sessions_token_hash on sessions (token_hash);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

create table auth_accounts (
  id uuid primary key default uuidv7(),
  user_id uuid not null references users on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  password text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (provider_id, account_id)
);
create index auth_accounts_user on auth_accounts (user_id);

create table verifications (
  id uuid primary key default uuidv7(),
  identifier text not null,
  value text not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index verifications_identifier on verifications (identifier);

create table rate_limits (
  id uuid primary key default uuidv7(),
  key text not null unique,
  count integer not null,
  last_request bigint not null
);

create table access_tokens (
  id uuid primary key default uuidv7(),
  user_id uuid not null references users on delete cascade,
  name text not null,
  token_hash bytea not null unique,
  scopes text[] not null,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create index access_tokens_user on access_tokens (user_id, id);

-- What a request can prove itself with: read by hash in the statement that does the work.
create view credentials as
  select token_hash as hash, user_id, 'token' as kind, id as credential_id, scopes, expires_at from access_tokens
  union all
  select token_hash, user_id, 'session', id, array['read', 'write'], expires_at from sessions;

-- Projects and labels

create table projects (
  id uuid primary key default uuidv7(),
  owner_id uuid not null references users on delete cascade,
  name text not null,
  colour text not null default 'grey',
  is_inbox boolean not null default false,
  fingerprint bytea,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index projects_owner on projects (owner_id, id);
create unique index projects_inbox on projects (owner_id) where is_inbox;

create table labels (
  id uuid primary key default uuidv7(),
  owner_id uuid not null references users on delete cascade,
  name text not null,
  colour text not null default 'grey',
  fingerprint bytea,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index labels_name on labels (owner_id, lower(name));
create index labels_owner on labels (owner_id, id);

-- Tasks

create table series (
  id uuid primary key default uuidv7(),
  owner_id uuid not null references users on delete cascade,
  recurrence jsonb not null,
  anchor jsonb not null,
  anchor_number integer not null default 1,
  is_alive boolean not null default true,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index series_alive on series (id) where is_alive;
create index series_owner on series (owner_id);

create table tasks (
  id uuid primary key default uuidv7(),
  owner_id uuid not null references users on delete cascade,
  project_id uuid not null references projects on delete cascade,
  series_id uuid references series,
  predecessor_id uuid references tasks on delete set null,
  position text collate "C" not null,
  title text not null,
  notes text not null default '',
  status text not null default 'open' check (status in ('open', 'done', 'skipped', 'trashed', 'withdrawn')),
  trashed_from text check (trashed_from in ('open', 'done', 'skipped')),
  priority smallint not null default 0 check (priority between 0 and 4),
  label_ids uuid[] not null default '{}',
  due jsonb,
  -- Derived from due in the owner's zone. due_sort: an all-day due sorts after the timed ones of its day, none is infinity.
  due_at timestamptz(3),
  due_date date,
  due_sort timestamptz(3) not null default 'infinity',
  deadline date,
  recurrence jsonb,
  occurrence jsonb,
  occurrence_number integer,
  next_due jsonb,
  -- Fields changed for this occurrence only, with the value that the next one takes instead.
  exceptions jsonb not null default '{}',
  -- The version at which the occurrence was made or revived: nobody has touched it while version is still that.
  made_version integer not null default 1,
  reminders jsonb not null default '[]',
  completed_at timestamptz(3),
  fingerprint bytea,
  version integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index tasks_occurrence on tasks (series_id, occurrence_number);
create unique index tasks_successor on tasks (predecessor_id) where status <> 'withdrawn';
create index tasks_predecessor on tasks (predecessor_id);
create index tasks_project on tasks (project_id);
create index tasks_open_project_position on tasks (project_id, position, id) where status = 'open';
create index tasks_open_project_due on tasks (project_id, due_sort, id) where status = 'open';
create index tasks_open_position on tasks (owner_id, position, id) where status = 'open';
create index tasks_open_due on tasks (owner_id, due_sort, id) where status = 'open';
create index tasks_open_priority on tasks (owner_id, priority, id) where status = 'open';
create index tasks_open_created on tasks (owner_id, created_at, id) where status = 'open';
create index tasks_open_updated on tasks (owner_id, updated_at, id) where status = 'open';
create index tasks_status_updated on tasks (owner_id, status, updated_at, id);
create index tasks_labels on tasks using gin (label_ids);
create index tasks_text on tasks using gin (owner_id, (title || E'\n' || notes) gin_trgm_ops);

-- The one presenter of a task: API answers and events are made by it.
create function task_json(t tasks) returns json language sql stable as $$
  select json_build_object(
    'id', t.id, 'projectId', t.project_id, 'sectionId', null, 'parentId', null, 'position', t.position,
    'title', t.title, 'notes', t.notes, 'status', t.status,
    'priority', (array['none', 'low', 'medium', 'high', 'urgent'])[t.priority + 1],
    'labelIds', t.label_ids, 'assigneeId', null,
    'due', t.due, 'dueAt', rfc3339(t.due_at), 'deadline', t.deadline,
    'recurrence', t.recurrence, 'seriesId', t.series_id, 'occurrence', t.occurrence, 'occurrenceNumber', t.occurrence_number,
    'reminders', t.reminders, 'completedAt', rfc3339(t.completed_at), 'nextDue', t.next_due,
    'version', t.version, 'createdAt', rfc3339(t.created_at), 'updatedAt', rfc3339(t.updated_at))
$$;

-- All that next() needs (contracts: SeriesSnapshot); null for a task without a series.
create function series_json(s series, t tasks, zone text) returns json language sql stable as $$
  select case when (s).id is null or t.occurrence is null then null else json_build_object(
    'id', s.id, 'version', s.version, 'recurrence', s.recurrence, 'anchor', s.anchor, 'anchorNumber', s.anchor_number,
    'occurrence', t.occurrence, 'occurrenceNumber', t.occurrence_number, 'due', coalesce(t.due, t.occurrence), 'zone', zone) end
$$;

-- When each reminder of each person fires. fire_at null: it sleeps (no due, a closed task, or past when it was set).
create table reminders (
  id uuid primary key default uuidv7(),
  task_id uuid not null references tasks on delete cascade,
  spec_id uuid not null,
  account_id uuid not null references users on delete cascade,
  fire_at timestamptz(3),
  fired_at timestamptz(3),
  unique (task_id, spec_id, account_id)
);
create index reminders_due on reminders (fire_at) where fired_at is null and fire_at is not null;

-- The event log and the outbox

create table feed_epochs (
  epoch integer generated always as identity primary key,
  started_at timestamptz(3) not null default now()
);
insert into feed_epochs default values;

-- seq is taken after the row's lock, so it is in order for each task; txid orders the feed without a gap.
create table events (
  seq bigint generated always as identity primary key,
  txid xid8 not null default pg_current_xact_id(),
  id uuid not null default uuidv7(),
  type text not null,
  account_id uuid not null,
  task_id uuid,
  project_id uuid,
  series_id uuid,
  version integer not null default 1,
  actor jsonb not null,
  changes jsonb not null default '{}',
  -- What an edit or deletion of a recurring task reached, the event that this one undoes, and what was changed together.
  scope text,
  undoes uuid,
  batch_id uuid,
  at timestamptz(3) not null default clock()
);
create unique index events_id on events (id);
create index events_feed on events (account_id, txid, seq);
create index events_task on events (task_id, seq);
create index events_batch on events (batch_id) where batch_id is not null;
create index events_series on events (series_id, seq) where series_id is not null;

-- What is committed but not yet published. A lane is drained in order of seq by one replica at a time.
create table outbox (
  seq bigint primary key,
  event_id uuid not null,
  lane smallint not null,
  topic text not null,
  partition_key text not null,
  payload jsonb not null,
  parked_at timestamptz(3),
  error text
);
create index outbox_lane on outbox (lane, seq) where parked_at is null;

-- The CloudEvent as it is published; the trace of the request goes with it.
create function cloud_event(id uuid, type text, subject uuid, at timestamptz, trace text, data jsonb) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('specversion', '1.0', 'id', id, 'source', 'todo-backend', 'type', type, 'subject', subject,
    'time', rfc3339(at), 'datacontenttype', 'application/json', 'traceparent', trace)) || jsonb_build_object('data', data)
$$;

create function lane_of(key text) returns smallint language sql immutable as
$$ select (hashtextextended(key, 0) & 7)::smallint $$;

create table idempotency_keys (
  account_id uuid not null references users on delete cascade,
  key text not null,
  fingerprint bytea not null,
  -- The id that the request's new resource gets: a repeat after a crash makes the same one.
  resource_id uuid not null default uuidv7(),
  status smallint,
  headers jsonb,
  body text,
  claimed_at timestamptz(3) not null default now(),
  created_at timestamptz(3) not null default now(),
  primary key (account_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
