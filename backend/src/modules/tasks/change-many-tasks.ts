import { currentTraceparent } from "@tend/service-kit";
import type { ClientBase } from "pg";
import type { Actor } from "../../auth/actor.ts";

/**
 * Follows `changed(task, changes)`: an event and an outbox row for each task with changes. A withdrawn occurrence is nowhere to be
 * seen, so it has none. `$1` account, `$2` actor, `$3` zone, `$4` trace.
 */
const recordChanges = `
  event as (
    insert into events (type, account_id, task_id, project_id, series_id, version, actor, changes)
    select 'task.updated.v1', $1, (task).id, (task).project_id, (task).series_id, (task).version, $2::jsonb, changes
    from changed where changes is not null and (task).status <> 'withdrawn'
    returning seq, id, task_id, at, changes
  )
  insert into outbox (seq, event_id, lane, topic, partition_key, payload)
  select e.seq, e.id, lane_of(k.key), 'task-events', k.key,
    cloud_event(e.id, 'task.updated.v1', e.task_id, e.at, $4, jsonb_build_object(
      'accountId', $1::uuid::text, 'actor', $2::jsonb, 'at', rfc3339(e.at), 'task', task_json(c.task), 'changes', e.changes,
      'series', series_json(s, c.task, $3)))
  from event e join changed c on (c.task).id = e.task_id left join series s on s.id = (c.task).series_id,
    lateral (select coalesce((c.task).series_id, (c.task).id)::text as key) k`;

// Nobody has touched an occurrence that only followed its project or lost a deleted label.
const risen = `version = t.version + 1, updated_at = clock(),
      made_version = case when t.made_version = t.version then t.version + 1 else t.made_version end`;

const moveStatement = `
  with current as (
    select id, project_id from tasks where owner_id = $1 and (project_id = $5::uuid or exceptions ->> 'project_id' = $5::uuid::text)
    order by id for update
  ),
  changed as (
    update tasks t set ${risen},
      project_id = case when t.project_id = $5::uuid then $6::uuid else t.project_id end,
      exceptions = case when t.exceptions ->> 'project_id' = $5::uuid::text
        then jsonb_set(t.exceptions, '{project_id}', to_jsonb($6::uuid::text)) else t.exceptions end
    from current c where t.id = c.id
    returning t as task, case when c.project_id = $5::uuid
      then jsonb_build_object('projectId', jsonb_build_object('from', $5::uuid::text, 'to', $6::uuid::text)) end as changes
  ),
  ${recordChanges}`;

const removeLabelStatement = `
  with current as (
    select id, label_ids from tasks
    where owner_id = $1 and (label_ids @> array[$5::uuid] or exceptions -> 'label_ids' ? $5::uuid::text)
    order by id for update
  ),
  changed as (
    update tasks t set ${risen},
      label_ids = array_remove(t.label_ids, $5::uuid),
      exceptions = case when t.exceptions -> 'label_ids' ? $5::uuid::text
        then jsonb_set(t.exceptions, '{label_ids}', (t.exceptions -> 'label_ids') - $5::uuid::text) else t.exceptions end
    from current c where t.id = c.id
    returning t as task, case when c.label_ids @> array[$5::uuid]
      then jsonb_build_object('labelIds', jsonb_build_object('from', c.label_ids, 'to', t.label_ids)) end as changes
  ),
  ${recordChanges}`;

const eventValues = (actor: Actor) => [
  actor.accountId,
  JSON.stringify({ kind: actor.kind, id: actor.id }),
  actor.timeZone,
  currentTraceparent() ?? null,
];

/** All tasks of one project to another, trashed and hidden ones too, each with its event, in the caller's transaction. */
export async function moveAllTasks(tx: ClientBase, actor: Actor, from: string, to: string): Promise<void> {
  await tx.query({ name: "move-all-tasks", text: moveStatement, values: [...eventValues(actor), from, to] });
}

/** Takes a label off every task, each with its event, in the caller's transaction. */
export async function removeLabelFromTasks(tx: ClientBase, actor: Actor, labelId: string): Promise<void> {
  await tx.query({ name: "remove-label", text: removeLabelStatement, values: [...eventValues(actor), labelId] });
}
