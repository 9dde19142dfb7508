import { createHash } from "node:crypto";
import type { Due, NewTask } from "@tend/contracts";
import { notFound } from "@tend/service-kit";
import { v7 as uuidv7 } from "uuid";
import { idTaken } from "../../http/entity.ts";
import { checkRecurrence } from "./check-recurrence.ts";
import { deriveDue, positionAtEnd, reminderMoments, withIds, type Zone } from "./derive.ts";
import { insertTask } from "./insert-task.repository.ts";
import { invalid } from "./task-problems.ts";
import { priorities, type SeriesRow, type TaskRow } from "./task-row.ts";
import type { Database, WrittenTask } from "./tasks.repository.ts";

export type NewTaskRequest = {
  credentialHash: Buffer;
  zone: Zone | null;
  resourceId?: string | undefined;
  /** What a repeat is known by, where the client did not send the task itself. Default: the task. */
  sent?: unknown;
};

/** Whether the account's zone must be known before the row can be written. */
export const needsZone = (task: NewTask) =>
  Boolean(task.recurrence || task.reminders?.length || (task.due && !(task.due.time && task.due.timeZone)));

/** A client may send the same creation again: it gets the task as it is now, and nothing is made twice. */
export async function createTask(
  db: Database,
  body: NewTask,
  { sent = body, ...request }: NewTaskRequest,
): Promise<{ isNew: boolean; task: WrittenTask; accountId: string }> {
  const series = newSeries(body);
  if (body.sectionId || body.parentId || body.assigneeId) throw notFound();
  const zone = request.zone ?? { timeZone: "UTC", allDayTime: "09:00" };
  const id = body.id ?? request.resourceId ?? uuidv7();
  const row = newRow(id, body, series, zone);
  const fingerprint = createHash("sha256").update(JSON.stringify(sent)).digest();
  const result = await insertTask(db, {
    ...request,
    row: { ...row, fingerprint: `\\x${fingerprint.toString("hex")}` },
    projectId: body.projectId ?? null,
    labelIds: row.label_ids ?? [],
    series,
    moments: reminderMoments({ reminders: row.reminders, due: row.due, status: "open" }, zone),
    fingerprint,
  });
  switch (result.outcome) {
    case "foreign-reference":
      throw notFound();
    case "taken":
      throw idTaken();
    default:
      return { isNew: result.outcome === "created", task: result.task, accountId: result.accountId };
  }
}

function newSeries(body: NewTask): Omit<SeriesRow, "version"> | null {
  if (!body.recurrence) return null;
  if (!body.due) throw invalid("recurrence", "needs a due to start from");
  const recurrence = checkRecurrence(body.recurrence);
  return { id: uuidv7(), recurrence, anchor: body.due, anchor_number: 1, is_alive: true };
}

function newRow(id: string, body: NewTask, series: Omit<SeriesRow, "version"> | null, zone: Zone) {
  const due: Due | null = body.due ?? null;
  return {
    id,
    series_id: series?.id ?? null,
    position: positionAtEnd(),
    title: body.title,
    notes: body.notes ?? "",
    status: "open",
    priority: priorities.indexOf(body.priority ?? "none"),
    label_ids: body.labelIds ?? [],
    ...deriveDue(due, zone),
    deadline: body.deadline ?? null,
    recurrence: series?.recurrence ?? null,
    occurrence: series ? due : null,
    occurrence_number: series ? 1 : null,
    reminders: withIds(body.reminders ?? [], [], uuidv7),
    exceptions: {},
    made_version: 1,
    version: 1,
  } satisfies Partial<TaskRow>;
}
