import type { Changes, Due, TaskEventType } from "@tend/contracts";
import { currentTraceparent } from "@tend/service-kit";
import type { ClientBase, Pool } from "pg";
import type { Actor } from "../../auth/actor.ts";
import type { ReminderMoment } from "./derive.ts";
import type { SeriesRow, TaskRow } from "./task-row.ts";
import { recordTaskEvent, syncReminders } from "./task-statements.ts";

export type Database = Pool | ClientBase;

/** Who changes a task: a person, or a service on the owner's behalf. */
export type Writer = Pick<Actor, "accountId" | "timeZone" | "allDayTime"> & {
  kind: Actor["kind"] | "service";
  id: string;
};

/** A task as it is stored and the API's own JSON of it, so that the presenter stays in one place (`task_text`). */
export type WrittenTask = { json: string; version: number };

const currentStatement = `
  select to_jsonb(t) as task, to_jsonb(s) as series, rfc3339(clock()) as now
  from tasks t left join series s on s.id = t.series_id
  where t.id = $2 and t.owner_id = $1 and t.status <> 'withdrawn'`;

export type CurrentTask = { task: TaskRow; series: SeriesRow | null; now: string };

/** The stored row for a change; null for unknown, foreign and withdrawn alike. */
export async function findCurrent(db: Database, accountId: string, id: string): Promise<CurrentTask | null> {
  const { rows } = await db.query<CurrentTask>({
    name: "task-current",
    text: currentStatement,
    values: [accountId, id],
  });
  return rows[0] ?? null;
}

export async function presentTask(db: Database, id: string): Promise<WrittenTask> {
  const text = "select task_text(t) as json, t.version from tasks t where t.id = $1";
  const { rows } = await db.query<WrittenTask>({ name: "task-present", text, values: [id] });
  return rows[0] as WrittenTask;
}

/** The columns that a change may set; the others belong to the row's making. */
const settable = [
  "project_id", "series_id", "predecessor_id", "title", "notes", "status", "trashed_from", "priority", "label_ids",
  "due", "due_at", "due_date", "due_sort", "deadline", "recurrence", "occurrence", "occurrence_number", "next_due", "exceptions", "reminders", "completed_at",
] as const; // biome-ignore format: a list of columns

export type TaskChange = {
  type: TaskEventType;
  /** Public fields as they were and are. */
  changes: Changes;
  set: Partial<Pick<TaskRow, (typeof settable)[number]>>;
  /** The series as it shall be; it rises by one version. Left out: untouched. */
  series?: Omit<SeriesRow, "version"> | null;
  /** Left out: the reminders stay as they are. */
  moments?: ReminderMoment[] | null;
  /** More of the event's data, such as completedAt. */
  extra?: { completedAt?: string; nextDue?: Due | null; scope?: string };
  scope?: string | null;
  undoes?: string | null;
  batchId?: string | null;
  /** Marks the row as just made: an occurrence nobody has touched. */
  isMade?: boolean;
};

/** Of a change that takes back an event: that event, and the batch of all that is taken back with it. */
export type Undoing = { undoes?: string; batchId?: string | null };

const changeStatement = `
  with current as (
    select t as row from tasks t where t.id = $1 and t.owner_id = $2 and t.version = $3 for update
  ),
  changed as (
    select n.* from current c, jsonb_populate_record(c.row, $4::jsonb) n
  ),
  saved_series as (
    insert into series as s (id, owner_id, recurrence, anchor, anchor_number, is_alive)
    select d.id, $2, d.recurrence, d.anchor, d.anchor_number, d.is_alive
    from changed, jsonb_populate_record(null::series, $5::jsonb) d where $5::jsonb is not null
    on conflict (id) do update set recurrence = excluded.recurrence, anchor = excluded.anchor, anchor_number = excluded.anchor_number,
      is_alive = excluded.is_alive, version = s.version + 1, updated_at = clock()
    returning s as series
  ),
  task as (
    update tasks x set (${settable.join(", ")}) = (${settable.map((column) => `n.${column}`).join(", ")}),
      version = x.version + 1, updated_at = clock(), made_version = case when $14 then x.version + 1 else x.made_version end
    from changed n where x.id = n.id and x.version = $3
    returning x as task
  ),
  its_series as (
    select coalesce((select series from saved_series), (select s from series s, task where s.id = (task).series_id)) as series
  ),
  ${recordTaskEvent({
    type: "$6",
    account: "$2::uuid",
    actor: "$7::jsonb",
    changes: "$8::jsonb",
    extra: "$9::jsonb",
    scope: "$11::text",
    undoes: "$12::uuid",
    batch: "$13::uuid",
    zone: "$10::text",
    trace: "$15::text",
    series: "(select series from its_series)",
  })},
  ${syncReminders("$2::uuid", "$16::jsonb", "$15::text")}
  select task_text(task) as json, (task).version as version from task`;

const actorJson = (writer: Writer) => JSON.stringify({ kind: writer.kind, id: writer.id });
const optional = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));

/** Task, series, reminders, event and outbox row in one statement; null when the row has changed since it was read. */
export async function applyChange(
  db: Database,
  writer: Writer,
  current: TaskRow,
  change: TaskChange,
): Promise<WrittenTask | null> {
  const values = [
    current.id, writer.accountId, current.version, JSON.stringify(change.set), optional(change.series), change.type, actorJson(writer),
    JSON.stringify(change.changes), JSON.stringify(change.extra ?? {}), writer.timeZone, change.scope ?? null, change.undoes ?? null,
    change.batchId ?? null, change.isMade ?? false, currentTraceparent() ?? null, optional(change.moments),
  ]; // biome-ignore format: parameters in order
  const { rows } = await db.query<WrittenTask>({ name: "task-change", text: changeStatement, values });
  return rows[0] ?? null;
}

const closedSuccessor =
  "select to_jsonb(t) as task from tasks t where t.predecessor_id = $1 and t.status <> 'withdrawn'";

/** The next occurrence that was made from this one, if it stands. */
export async function findSuccessor(db: Database, id: string): Promise<TaskRow | null> {
  const { rows } = await db.query<{ task: TaskRow }>({ name: "task-successor", text: closedSuccessor, values: [id] });
  return rows[0]?.task ?? null;
}

const referencesStatement = `
  with held_project as (select id from projects where id = $2 and owner_id = $1 for key share),
  held_labels as (select id from labels where owner_id = $1 and id = any($3::uuid[]) for key share)
  select ($2::uuid is null or exists (select from held_project)) and (select count(*) from held_labels) = cardinality($3::uuid[]) as ok`;

/**
 * Whether all these ids are the account's; foreign and unknown look the same. They are held until the transaction ends, so that nobody
 * deletes them before the task that names them is there to be seen.
 */
export async function holdReferences(
  tx: Database,
  accountId: string,
  projectId: string | null,
  labelIds: string[],
): Promise<boolean> {
  const values = [accountId, projectId, labelIds];
  const { rows } = await tx.query<{ ok: boolean }>({ name: "task-references", text: referencesStatement, values });
  return rows[0]?.ok ?? false;
}
