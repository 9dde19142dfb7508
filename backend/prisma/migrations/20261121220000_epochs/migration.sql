-- An epoch is the time in which nothing that was committed was given up; a restore ends one (docs/decisions/0015).
-- lineage: server, timeline and database that it was begun on. A restore, and a copy of a database, have another.
alter table feed_epochs add column lineage text, add column is_restored boolean not null default false;

-- What an account's own event says beside its changes: with it, any event can be published again from the database alone.
alter table events add column data jsonb;

-- A public field of a task as it was after `seq`: what later events changed is taken back.
create function task_as_of(t tasks, after_seq bigint) returns jsonb language sql stable as $$
  select now.task || coalesce((
    select jsonb_object_agg(c.key, c.value -> 'from' order by l.seq desc)
    from events l, jsonb_each(l.changes) c
    where l.task_id = t.id and l.seq > after_seq and l.type like 'task.%' and now.task ? c.key
  ), '{}')
  from (select task_json(t)::jsonb as task) now
$$;

-- What the event said when it was published first; null when its task is gone, or when it is older than the column `data`.
create function event_data(e events) returns jsonb language sql stable as $$
  select case
    when e.task_id is null then e.data || about.event || jsonb_build_object('changes', e.changes)
    when about.snapshot is null then null
    when e.type = 'reminder.due.v1' then about.task || about.event - 'actor' || jsonb_build_object('taskId', e.task_id,
      'reminderId', e.changes #> '{reminder,from}', 'fireAt', e.changes #> '{reminder,to}')
    else about.event || jsonb_build_object('changes', e.changes, 'series', about.series, 'task',
        about.snapshot || jsonb_build_object('version', e.version, 'seriesId', e.series_id)
        || case when about.snapshot ->> 'status' = 'open' then '{"completedAt":null,"nextDue":null}' else '{}' end::jsonb)
      || case
        when e.type in ('task.completed.v1', 'task.skipped.v1') then jsonb_build_object('nextDue', about.snapshot -> 'nextDue',
          'completedAt', coalesce(nullif(about.snapshot -> 'completedAt', 'null'), to_jsonb(rfc3339(e.at))))
        when e.type = 'task.deleted.v1' then jsonb_build_object('scope', e.scope, 'completedAt', rfc3339(e.at),
          'nextDue', case when e.scope = 'this' and e.changes #>> '{status,from}' = 'open' then about.snapshot -> 'nextDue' end)
        else '{}'
      end
  end
  from (
    select task.snapshot, jsonb_build_object('accountId', e.account_id, 'actor', e.actor, 'at', rfc3339(e.at)) as event,
      jsonb_build_object('title', task.snapshot -> 'title', 'due', task.snapshot -> 'due', 'dueAt', task.snapshot -> 'dueAt') as task,
      (select series_json(s, t, u.time_zone) from tasks t left join series s on s.id = t.series_id and s.id = e.series_id
        join users u on u.id = t.owner_id where t.id = e.task_id)::jsonb as series
    from (select (select task_as_of(t, e.seq) from tasks t where t.id = e.task_id) as snapshot) task
  ) about
$$;

-- A dump of a server that was further on: events of transactions that are still to come here, and would be seen only then.
create function is_of_another_server() returns boolean language sql stable as $$
  select exists (select from events where txid >= pg_snapshot_xmax(pg_current_snapshot()) and txid <> pg_current_xact_id())
$$;

-- Those of the last 31 days (no topic keeps more) that a consumer should have handled and has not. The other services let this role read
-- their inboxes; who handles what is held against their handlers by a test. By the index, also where nobody has counted rows yet (a dump).
create function unhandled_events() returns setof events language plpgsql stable set search_path = todo, pg_temp set enable_seqscan = off as $$
declare
  -- Volatile, so that no index is used with it in the query itself.
  oldest uuid := uuidv7((select at from events order by seq desc limit 1) - clock_timestamp() - interval '31 days');
begin
  return query select e.* from events e
  where e.id >= oldest
    and (
      (e.type <> 'reminder.due.v1' and not exists (select from audit.inbox i where i.event_id = e.id))
      or (e.type like 'task.%' and not exists (select from recurring.inbox i where i.event_id = e.id))
      or (e.type in ('reminder.due.v1', 'task.created.v1', 'account.updated.v1')
        and not exists (select from notification.inbox i where i.event_id = e.id))
    );
end $$;

-- Begins an epoch after a restore, and puts what the copy knows and no consumer had handled back into the outbox: `again` is how many.
-- Events of an epoch before `since` are not to be handled. While a relay holds a lane (7301, as in relay.ts) Tend runs: the database has
-- only failed over. `was_restored`: of a copy that has nothing of its own to tell it by.
create function begin_epoch_if_restored(was_restored boolean)
returns table (since integer, again integer) language plpgsql set search_path = todo, pg_temp as $$
declare
  present text := (select system_identifier from pg_control_system())
    || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || (select oid from pg_database where datname = current_database());
  known text;
begin
  perform pg_advisory_xact_lock(7302, 0);
  select lineage into known from feed_epochs where lineage is not null order by epoch desc limit 1;
  -- Where no lineage is known, as this column is new, a dump from another server may show by its transaction ids.
  if (was_restored or coalesce(known <> present, is_of_another_server()))
    and (select bool_and(pg_try_advisory_xact_lock(7301, lane)) from generate_series(0, 7) lane) then
    -- Seconds since 2025: what came after the copy is not in it, so that its epochs would be counted again.
    insert into feed_epochs (epoch, lineage, is_restored) overriding system value
    select greatest(max(epoch) + 1, extract(epoch from clock_timestamp() - timestamptz '2025-01-01 00:00Z')::integer), present, true from feed_epochs;
    if is_of_another_server() then
      update events set txid = '0';
    end if;
    insert into outbox (seq, event_id, lane, topic, partition_key, payload)
    select e.seq, e.id, lane_of(k.key), case e.type when 'reminder.due.v1' then 'reminders' when 'audit.recorded.v1' then 'audit-logs' else 'task-events' end,
      k.key, cloud_event(e.id, e.type, e.task_id, e.at, null, k.data)
    -- offset: else the data is put together once to be looked at and once to be kept.
    from unhandled_events() e, lateral (select coalesce(e.series_id, e.task_id, e.account_id)::text as key, event_data(e) as data offset 0) k
    where k.data is not null
    on conflict (seq) do nothing;
    get diagnostics again = row_count;
  elsif not was_restored then
    update feed_epochs set lineage = present where epoch = (select max(epoch) from feed_epochs) and lineage is distinct from present;
  end if;
  select coalesce(max(epoch), 0) into since from feed_epochs where is_restored;
  return next;
end $$;
-- Safe: a function of this migration.
revoke execute on function begin_epoch_if_restored(boolean) from public;

-- Every service asks before it works, and the first to ask after a restore begins the epoch.
create function begin_epoch_if_restored() returns table (since integer, again integer)
language sql security definer set search_path = todo, pg_temp as $$ select * from begin_epoch_if_restored(false) $$;
-- Safe: as above; prepareEpochs lets the services ask.
revoke execute on function begin_epoch_if_restored() from public, current_user;
