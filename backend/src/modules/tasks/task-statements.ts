import type { TaskRow } from "./task-row.ts";

/** SQL that several statements share. `$1` is always the credential's hash in statements that look the caller up themselves. */

export const actorColumns = `
    u.id as account_id, u.time_zone, u.all_day_time, u.inbox_project_id, c.scopes,
    jsonb_build_object('kind', case c.kind when 'session' then 'user' else 'token' end,
      'id', case c.kind when 'session' then u.id else c.credential_id end) as actor`;

export const actorCte = `actor as materialized (
  select ${actorColumns}
  from credentials c join users u on u.id = c.user_id
  where c.hash = $1 and (c.expires_at is null or c.expires_at > now())
)`;

/** Of a statement that only reads: no more about the caller than it needs. */
export const callerCte = `caller as materialized (
  select c.user_id as account_id, c.scopes from credentials c where c.hash = $1 and (c.expires_at is null or c.expires_at > now())
)`;

/** All of them: the type refuses a record that lacks one. */
// biome-ignore format: a list of columns
const columns: Record<keyof TaskRow | "fingerprint" | "created_at" | "updated_at", 1> = {
  id: 1, owner_id: 1, project_id: 1, series_id: 1, predecessor_id: 1, position: 1, title: 1, notes: 1, status: 1, trashed_from: 1,
  priority: 1, label_ids: 1, due: 1, due_at: 1, due_date: 1, due_sort: 1, deadline: 1, recurrence: 1, occurrence: 1, occurrence_number: 1,
  next_due: 1, exceptions: 1, made_version: 1, reminders: 1, completed_at: 1, fingerprint: 1, version: 1, created_at: 1, updated_at: 1,
};
const made = Object.keys(columns);

/** The row `r` becomes a task. Columns by name: one that a later version has added gets its default. */
export const insertRow = `insert into tasks as x (${made.join(", ")})
    select ${made.map((column) => `r.${column}`).join(", ")}`;

/** Event and outbox row of the row in `task(task)`; parameters by name, replaced by position in each statement. */
export const recordTaskEvent = (
  p: Record<
    "type" | "account" | "actor" | "changes" | "extra" | "scope" | "undoes" | "batch" | "zone" | "trace" | "series",
    string
  >,
) => `
event as (
  insert into events (type, account_id, task_id, project_id, series_id, version, actor, changes, scope, undoes, batch_id)
  select ${p.type}, ${p.account}, (task).id, (task).project_id, (task).series_id, (task).version, ${p.actor}, ${p.changes}, ${p.scope}, ${p.undoes}, ${p.batch}
  from task
  returning seq, id, at
),
outgoing as (
  insert into outbox (seq, event_id, lane, topic, partition_key, payload)
  select e.seq, e.id, lane_of(k.key), 'task-events', k.key,
    cloud_event(e.id, ${p.type}, (task).id, e.at, ${p.trace}, ${p.extra} || jsonb_build_object(
      'accountId', ${p.account}, 'actor', ${p.actor}, 'at', rfc3339(e.at), 'task', task_json(task), 'changes', ${p.changes},
      'series', series_json(${p.series}, task, ${p.zone})))
  from event e, task, lateral (select coalesce((task).series_id, (task).id)::text as key) k
)`;

/**
 * The rows of `reminders` for the moments in `$moments` ([{spec_id, fire_at}]; SQL null: leave them). A moment that is new and past
 * never fires; one that was set and came due meanwhile stays.
 */
export const syncReminders = (account: string, moments: string, trace: string) => `
moment as (
  select d.spec_id, case when d.fire_at > clock() or d.fire_at = r.fire_at then d.fire_at end as fire_at
  from task, jsonb_to_recordset(${moments}) as d(spec_id uuid, fire_at timestamptz)
  left join reminders r on r.task_id = (select (task).id from task) and r.spec_id = d.spec_id and r.account_id = ${account}
),
forgotten as (
  delete from reminders r using task
  where ${moments} is not null and r.task_id = (task).id and r.spec_id not in (select spec_id from moment)
),
remembered as (
  insert into reminders as r (task_id, spec_id, account_id, fire_at, traceparent)
  select (task).id, m.spec_id, ${account}, m.fire_at, ${trace} from task, moment m
  on conflict (task_id, spec_id, account_id) do update
    set fire_at = excluded.fire_at, fired_at = null, traceparent = excluded.traceparent
  where r.fire_at is distinct from excluded.fire_at
)`;
