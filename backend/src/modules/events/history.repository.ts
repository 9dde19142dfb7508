import type { HistoryEvent, Page } from "@tend/contracts";
import { notFound, problem } from "@tend/service-kit";
import type { Database } from "../tasks/tasks.repository.ts";

const columns = `e.id, e.type, rfc3339(e.at) as at, e.actor, e.task_id as "taskId", e.version, e.changes`;

const historyStatement = `
  select ${columns}, e.seq from (
    (select * from events where task_id = $1 and seq < $3 order by seq desc limit $4)
    union
    (select * from events where series_id = $2 and seq < $3 order by seq desc limit $4)
  ) e order by e.seq desc limit $4`;

/** Events of the task and of its series, newest first. */
export async function listHistory(
  db: Database,
  accountId: string,
  taskId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<HistoryEvent>> {
  const { rows: tasks } = await db.query<{ series_id: string | null }>({
    name: "history-task",
    text: "select series_id from tasks where id = $1 and owner_id = $2 and status <> 'withdrawn'",
    values: [taskId, accountId],
  });
  if (!tasks[0]) throw notFound();
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : sequenceOf(cursor);
  const values = [taskId, tasks[0].series_id, before, limit + 1];
  const { rows } = await db.query<HistoryEvent & { seq: number }>({ name: "history", text: historyStatement, values });
  const page = rows.slice(0, limit);
  return {
    items: page.map(({ seq, ...event }) => event),
    nextCursor: rows.length > limit ? String(page.at(-1)?.seq) : null,
  };
}

function sequenceOf(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw problem(400, "invalid_cursor", "The cursor does not belong to this list. Start again without one.", {
      errors: [{ path: "cursor", message: "does not belong to this list" }],
    });
  }
  return Number(cursor);
}

type EventScope = "this" | "later" | "all" | null;
/** `undoneScope`: of the event that this one undid. */
export type StoredEvent = HistoryEvent & { scope: EventScope; undoneScope: EventScope };

const findStatement = `
  with wanted as (select * from events where id = $1 and account_id = $2 and task_id is not null),
  together as (
    select * from wanted where batch_id is null
    union all
    select e.* from wanted w join events e on e.batch_id = w.batch_id and e.account_id = w.account_id
  )
  select ${columns}, e.scope, (select scope from events undone where undone.id = e.undoes) as "undoneScope" from together e order by e.task_id`;

/** The event, or all events of its batch: what was done as one is undone as one. */
export async function findForUndo(db: Database, accountId: string, id: string): Promise<StoredEvent[]> {
  const { rows } = await db.query<StoredEvent>({ name: "event-find", text: findStatement, values: [id, accountId] });
  if (rows.length === 0) throw notFound();
  return rows;
}
