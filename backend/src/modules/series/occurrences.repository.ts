import type { NewOccurrence, SeriesState } from "@tend/contracts";
import { currentTraceparent } from "@tend/service-kit";
import type { ReminderMoment } from "../tasks/derive.ts";
import type { TaskRow } from "../tasks/task-row.ts";
import { insertRow, recordTaskEvent, syncReminders } from "../tasks/task-statements.ts";
import type { Database, Writer } from "../tasks/tasks.repository.ts";
import type { OccurrenceRow } from "./occurrences.ts";

export type OccurrenceContext = {
  isAlive: boolean;
  predecessor: TaskRow;
  /** What was made from the predecessor and stands. */
  successor: TaskRow | null;
  /** The row of that number, if reopening withdrew it (or if it stands under another predecessor). */
  withdrawn: TaskRow | null;
  writer: Pick<Writer, "accountId" | "timeZone" | "allDayTime">;
};

const contextStatement = `
  select s.is_alive as "isAlive", to_jsonb(p) as predecessor, to_jsonb(n) as successor, to_jsonb(w) as withdrawn,
    jsonb_build_object('accountId', u.id, 'timeZone', u.time_zone, 'allDayTime', u.all_day_time) as writer
  from tasks p join series s on s.id = p.series_id join users u on u.id = p.owner_id
  left join tasks n on n.predecessor_id = p.id and n.status <> 'withdrawn'
  left join tasks w on w.series_id = s.id and w.occurrence_number = $3
  where p.id = $1 and s.id = $2`;

export async function findOccurrenceContext(db: Database, wanted: NewOccurrence): Promise<OccurrenceContext | null> {
  const values = [wanted.predecessorId, wanted.seriesId, wanted.occurrenceNumber];
  const { rows } = await db.query<OccurrenceContext>({ name: "occurrence-context", text: contextStatement, values });
  return rows[0] ?? null;
}

const holdStatement = `
  select id from tasks where id = $1 and status in ('done', 'skipped', 'trashed') and next_due = $2::jsonb and version = $3 for update`;

/** False when the predecessor is not as it was seen. */
export async function holdPredecessor(tx: Database, wanted: NewOccurrence): Promise<boolean> {
  const values = [wanted.predecessorId, JSON.stringify(wanted.occurrence), wanted.predecessorVersion];
  const { rowCount } = await tx.query({ name: "occurrence-hold", text: holdStatement, values });
  return rowCount === 1;
}

const insertStatement = `
  with alive as (select s as series from series s where s.id = $2 and s.is_alive for update),
  predecessor as (
    select t.id from tasks t, alive where t.id = $3 and t.status in ('done', 'skipped', 'trashed') and t.next_due = $4::jsonb and t.version = $9
    for update of t
  ),
  task as (
    ${insertRow}
    from predecessor, jsonb_populate_record(null::tasks,
      $1::jsonb || jsonb_build_object('created_at', clock(), 'updated_at', clock())) r
    on conflict do nothing
    returning x as task
  ),
  ${recordTaskEvent({
    type: "'task.created.v1'",
    account: "(task).owner_id",
    actor: "$5::jsonb",
    changes: "'{}'::jsonb",
    extra: "'{}'::jsonb",
    scope: "null",
    undoes: "null::uuid",
    batch: "null::uuid",
    zone: "$6::text",
    trace: "$7::text",
    series: "(select series from alive)",
  })},
  ${syncReminders("(select (task).owner_id from task)", "$8::jsonb", "$7::text")}
  select (task).id from task`;

/**
 * One statement checks that the occurrence is still wanted and that its predecessor is as it was seen, and makes it; null when not, or
 * when it is there already.
 */
export async function insertOccurrence(
  db: Database,
  writer: Writer,
  row: OccurrenceRow,
  wanted: NewOccurrence,
  moments: ReminderMoment[],
) {
  const { rows } = await db.query<{ id: string }>({
    name: "occurrence-insert",
    text: insertStatement,
    values: [
      JSON.stringify(row),
      wanted.seriesId,
      wanted.predecessorId,
      JSON.stringify(wanted.occurrence),
      JSON.stringify({ kind: writer.kind, id: writer.id }),
      writer.timeZone,
      currentTraceparent() ?? null,
      JSON.stringify(moments),
      wanted.predecessorVersion,
    ],
  });
  return rows[0]?.id ?? null;
}

const seriesStatement = `
  select series_json(s, latest.t, u.time_zone) as series, s.owner_id as "accountId", jsonb_build_object(
    'taskId', (latest.t).id, 'status', (latest.t).status, 'version', (latest.t).version, 'completedAt', rfc3339((latest.t).completed_at),
    'nextDue', (latest.t).next_due) as latest
  from series s join users u on u.id = s.owner_id
  join lateral (
    select t from tasks t where t.series_id = s.id and t.status <> 'withdrawn' order by t.occurrence_number desc limit 1
  ) latest on true
  where s.is_alive and ($1::uuid is null or s.id > $1)
  order by s.id limit $2`;

/** Living series by id, each with its latest occurrence: what the sweep compares with. */
export async function listSeries(db: Database, after: string | null, limit: number): Promise<SeriesState[]> {
  const { rows } = await db.query<SeriesState>({ name: "series-list", text: seriesStatement, values: [after, limit] });
  return rows;
}
