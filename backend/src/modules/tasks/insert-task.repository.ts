import { currentTraceparent } from "@tend/service-kit";
import { insufficientScope, unauthenticated } from "../../auth/authenticate.ts";
import type { ReminderMoment } from "./derive.ts";
import type { SeriesRow, TaskRow } from "./task-row.ts";
import { actorCte, insertRow, recordTaskEvent, syncReminders } from "./task-statements.ts";
import type { Database, WrittenTask } from "./tasks.repository.ts";

const insertStatement = `
  with ${actorCte},
  writer as (select * from actor where 'write' = any(scopes)),
  held_labels as (
    select l.id from labels l, writer w where l.owner_id = w.account_id and l.id = any($4::uuid[]) for key share of l
  ),
  place as (
    select p.id as project_id, (select count(*) from held_labels) = cardinality($4::uuid[]) as has_labels
    from writer w join projects p on p.id = coalesce($3::uuid, w.inbox_project_id) and p.owner_id = w.account_id
    for key share of p
  ),
  existing as (select id, owner_id, fingerprint, version from tasks where id = ($2::jsonb ->> 'id')::uuid),
  new_series as (
    insert into series as s (id, owner_id, recurrence, anchor, anchor_number, is_alive)
    select d.id, w.account_id, d.recurrence, d.anchor, d.anchor_number, d.is_alive
    from writer w, place p, jsonb_populate_record(null::series, $5::jsonb) d
    where $5::jsonb is not null and p.has_labels and not exists (select from existing)
    returning s as series
  ),
  task as (
    ${insertRow}
    from writer w, place p, jsonb_populate_record(null::tasks,
      $2::jsonb || jsonb_build_object('owner_id', w.account_id, 'project_id', p.project_id, 'created_at', clock(), 'updated_at', clock())) r
    where p.has_labels and not exists (select from existing)
    on conflict (id) do nothing
    returning x as task
  ),
  ${recordTaskEvent({
    type: "'task.created.v1'",
    account: "(task).owner_id",
    actor: "(select actor from writer)",
    changes: "'{}'::jsonb",
    extra: "'{}'::jsonb",
    scope: "null",
    undoes: "null::uuid",
    batch: "null::uuid",
    zone: "(select time_zone from writer)",
    trace: "$6::text",
    series: "(select series from new_series)",
  })},
  ${syncReminders("(select account_id from writer)", "$7::jsonb", "$6::text")}
  select a.account_id, a.scopes, p.has_labels, (select task_text(task) from task) as json,
    (select fingerprint = $8 and owner_id = a.account_id from existing) as is_repeat
  from (values (1)) one(row) left join actor a on true left join place p on true`;

type Inserted = {
  account_id: string | null;
  scopes: string[];
  has_labels: boolean | null;
  json: string | null;
  is_repeat: boolean | null;
};

export type TaskInsert = {
  credentialHash: Buffer;
  row: Partial<Omit<TaskRow, "status">> & { status: string; fingerprint: string; id: string };
  projectId: string | null;
  labelIds: string[];
  series: Omit<SeriesRow, "version"> | null;
  moments: ReminderMoment[];
  fingerprint: Buffer;
};

export type InsertOutcome =
  | { outcome: "created"; task: WrittenTask; accountId: string }
  | { outcome: "repeated"; task: WrittenTask; accountId: string }
  | { outcome: "foreign-reference" }
  | { outcome: "taken" };

/** Looks the caller up, checks project and labels, and writes task, series, reminders, event and outbox row: one statement. */
export async function insertTask(db: Database, task: TaskInsert): Promise<InsertOutcome> {
  const { rows } = await db.query<Inserted>({
    name: "task-insert",
    text: insertStatement,
    values: [
      task.credentialHash,
      JSON.stringify(task.row),
      task.projectId,
      task.labelIds,
      task.series && JSON.stringify(task.series),
      currentTraceparent() ?? null,
      JSON.stringify(task.moments),
      task.fingerprint,
    ],
  });
  const row = rows[0];
  if (!row?.account_id) throw unauthenticated();
  if (!row.scopes.includes("write")) throw insufficientScope("write");
  if (row.json) return { outcome: "created", task: { json: row.json, version: 1 }, accountId: row.account_id };
  if (row.is_repeat !== null) return row.is_repeat ? repeated(db, row.account_id, task.row.id) : { outcome: "taken" };
  if (!row.has_labels) return { outcome: "foreign-reference" };
  // Another request inserted the id between this statement's snapshot and its insert: now it can be seen.
  return insertTask(db, task);
}

async function repeated(db: Database, accountId: string, id: string): Promise<InsertOutcome> {
  const text = "select task_text(t) as json, t.version from tasks t where t.id = $1 and t.owner_id = $2";
  const { rows } = await db.query<WrittenTask>({ name: "task-repeat", text, values: [id, accountId] });
  return rows[0] ? { outcome: "repeated", task: rows[0], accountId } : { outcome: "taken" };
}
