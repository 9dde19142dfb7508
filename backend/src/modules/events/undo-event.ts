import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Changes, TaskPatch } from "@tend/contracts";
import { notFound, problem } from "@tend/service-kit";
import { inTransaction } from "../../database.ts";
import { completeTask, skipTask } from "../tasks/close-task.ts";
import { deleteTask } from "../tasks/delete-task.ts";
import { editTask } from "../tasks/edit-task.ts";
import { reopenTask, restoreTask } from "../tasks/open-again.ts";
import { priorities, type TaskRow } from "../tasks/task-row.ts";
import {
  type Database,
  findCurrent,
  presentTask,
  type Undoing,
  type Writer,
  type WrittenTask,
} from "../tasks/tasks.repository.ts";
import { findForUndo, type StoredEvent } from "./history.repository.ts";

const changedSince = () => problem(409, "changed_since", "This cannot be undone any more: it has been changed since.");
const notUndoable = () => problem(422, "not_undoable", "This kind of event cannot be undone.");

/** Restores what the event (or its batch) changed, if none of it has changed since. Undoing the undo's own event redoes. */
export async function undoEvent(db: Database, writer: Writer, id: string): Promise<WrittenTask> {
  const events = await findForUndo(db, writer.accountId, id);
  const taskId = events.find((event) => event.id === id)?.taskId;
  if (!taskId) throw notFound();
  const batchId = events.length > 1 ? randomUUID() : null;
  return inTransaction(db, async (tx) => {
    for (const event of events) await undoOne(tx, writer, event, { undoes: event.id, batchId });
    return presentTask(tx, taskId);
  });
}

async function undoOne(db: Database, writer: Writer, event: StoredEvent, undoing: Undoing): Promise<void> {
  const taskId = event.taskId as string;
  const current = await findCurrent(db, writer.accountId, taskId);
  if (!current) throw changedSince();
  const { task } = current;
  if (event.type === "task.created.v1") {
    if (task.status !== "open" || task.version !== event.version) throw changedSince();
    return deleteTask(db, writer, taskId, { scope: "all", ...undoing });
  }
  if (!Object.entries(event.changes).every(([field, change]) => isDeepStrictEqual(publicValue(task, field), change.to)))
    throw changedSince();
  await reverse(db, writer, { event, taskId, undoing });
}

type Reversal = { event: StoredEvent; taskId: string; undoing: Undoing };

async function reverse(db: Database, writer: Writer, { event, taskId, undoing }: Reversal): Promise<unknown> {
  const before = event.changes.status?.from;
  switch (event.type) {
    case "task.updated.v1":
      return editTask(db, writer, taskId, patchBack(event.changes), {
        scope: "this",
        ...restoringScope(event),
        ...undoing,
      });
    case "task.completed.v1":
    case "task.skipped.v1":
      return reopenTask(db, writer, taskId, undoing);
    case "task.reopened.v1":
      return before === "skipped" ? skipTask(db, writer, taskId, undoing) : completeTask(db, writer, taskId, undoing);
    case "task.deleted.v1":
      return restoreTask(db, writer, taskId, undoing);
    case "task.restored.v1":
      return deleteTask(db, writer, taskId, {
        scope: event.undoneScope === "all" ? "all" : "this",
        onlyThisRow: true,
        ...undoing,
      });
    default:
      throw notUndoable();
  }
}

/** A wider edit is taken back as widely for this row; its batch's other rows have events of their own. */
const restoringScope = ({ scope }: StoredEvent) =>
  scope === "later" || scope === "all" ? { scope: "later" as const, onlyThisRow: true } : {};

const patchBack = (changes: Changes): TaskPatch =>
  TaskPatch.parse(Object.fromEntries(Object.entries(changes).map(([field, { from }]) => [field, from])));

function publicValue(task: TaskRow, field: string): unknown {
  if (field === "priority") return priorities[task.priority];
  const column = { projectId: "project_id", labelIds: "label_ids" }[field] ?? field;
  return task[column as keyof TaskRow];
}
