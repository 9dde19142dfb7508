import { currentTraceparent, type Pool } from "@tend/service-kit";

const batchRows = 500;

const fireStatement = `
  with due as (
    select r.id, r.task_id, r.account_id, r.fire_at, r.traceparent from reminders r
    where r.fired_at is null and r.fire_at <= clock() order by r.fire_at limit $1 for update skip locked
  ),
  fired as (update reminders r set fired_at = clock() from due where r.id = due.id),
  event as (
    insert into events (type, account_id, task_id, project_id, series_id, version, actor, changes)
    select 'reminder.due.v1', d.account_id, t.id, t.project_id, t.series_id, t.version,
      '{"kind":"service","id":"todo-backend"}', jsonb_build_object('reminder', jsonb_build_object('from', d.id, 'to', rfc3339(d.fire_at)))
    from due d join tasks t on t.id = d.task_id
    order by d.fire_at
    returning seq, id, at, task_id, account_id, changes
  )
  insert into outbox (seq, event_id, lane, topic, partition_key, payload)
  select e.seq, e.id, lane_of(k.key), 'reminders', k.key,
    cloud_event(e.id, 'reminder.due.v1', t.id, e.at, coalesce(d.traceparent, $2), jsonb_build_object(
      'accountId', e.account_id, 'reminderId', d.id, 'taskId', t.id, 'fireAt', e.changes #> '{reminder,to}',
      'title', t.title, 'due', t.due, 'dueAt', rfc3339(t.due_at), 'at', rfc3339(e.at)))
  from event e
  join due d on d.id = (e.changes #>> '{reminder,from}')::uuid
  join tasks t on t.id = e.task_id, lateral (select coalesce(t.series_id, t.id)::text as key) k
  returning seq`;

/**
 * Hands every due reminder to the outbox, once: claim, mark and event are one statement, and rows that another replica has claimed are
 * passed over. `onFired` follows each round that is committed: what it fired can be published while the next is looked for. Safe to call
 * at any time, from any number of replicas.
 */
export async function fireDueReminders(pool: Pool, onFired: () => void): Promise<void> {
  for (let fired = batchRows; fired === batchRows; ) {
    const { rowCount } = await pool.query({
      name: "reminders-fire",
      text: fireStatement,
      values: [batchRows, currentTraceparent() ?? null],
    });
    fired = rowCount ?? 0;
    if (fired > 0) onFired();
  }
}

/** Milliseconds until the earliest reminder, by the database's clock; null when none waits. */
export async function untilNextReminder(pool: Pool): Promise<number | null> {
  const text = `select extract(epoch from min(fire_at) - clock())::float8 * 1000 as wait from reminders where fired_at is null and fire_at is not null`;
  const { rows } = await pool.query<{ wait: number | null }>({ name: "reminders-next", text });
  return rows[0]?.wait ?? null;
}
