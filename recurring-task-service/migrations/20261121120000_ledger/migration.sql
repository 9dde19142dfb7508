create table inbox (
  event_id uuid primary key,
  received_at timestamptz not null default now()
);
create index inbox_received_at on inbox using brin (received_at);

-- What became of each occurrence. Rows with a task follow that task's newest version; missed ones have no task and belong to the
-- occurrence whose completion passed them over (closed_by).
create table occurrences (
  series_id uuid not null,
  occurrence_key text not null,
  account_id uuid not null,
  occurrence jsonb not null,
  occurrence_number integer not null,
  due jsonb not null,
  state text not null check (state in ('open', 'done', 'skipped', 'missed', 'moved', 'withdrawn', 'trashed')),
  task_id uuid,
  task_version integer,
  -- Passed over between this occurrence and the next; at most 100 of them have rows.
  missed_count integer not null default 0,
  closed_by uuid,
  at timestamptz not null,
  primary key (series_id, occurrence_key)
);
create index occurrences_newest on occurrences (series_id, occurrence_number desc);
create index occurrences_task on occurrences (task_id) where task_id is not null;
create index occurrences_missed on occurrences (closed_by) where closed_by is not null;

-- The newest version seen of each task, so that an older event changes nothing, not even after its occurrence moved to another series.
create table task_versions (
  task_id uuid primary key,
  version integer not null
);
