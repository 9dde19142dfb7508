import type { Due } from "@tend/contracts";
import { nextDueOf } from "../series/next-occurrence.ts";
import { changeTask } from "./change-task.ts";
import { reminderMoments } from "./derive.ts";
import { inTrash, notOpen, notRecurring } from "./task-problems.ts";
import type { CurrentTask, Database, TaskChange, Undoing, Writer, WrittenTask } from "./tasks.repository.ts";

export type Closed = { task: WrittenTask; nextDue: Due | null };

/** Completing twice is completing once: the second caller gets the stored result of the first. */
export const completeTask = (db: Database, writer: Writer, id: string, undoing?: Undoing) =>
  close(db, writer, id, "done", undoing);

/** Passes over one occurrence; the next one comes as if it were done. */
export const skipTask = (db: Database, writer: Writer, id: string, undoing?: Undoing) =>
  close(db, writer, id, "skipped", undoing);

async function close(
  db: Database,
  writer: Writer,
  id: string,
  status: "done" | "skipped",
  undoing?: Undoing,
): Promise<Closed> {
  let nextDue: Due | null = null;
  const task = await changeTask(db, writer, id, (current) => {
    if (current.task.status === status) {
      nextDue = current.task.next_due;
      return null;
    }
    if (current.task.status === "trashed") throw inTrash();
    if (current.task.status !== "open") throw notOpen(current.task.status);
    if (status === "skipped" && !current.series?.is_alive) throw notRecurring();
    nextDue = nextDueOf(current.task, current.series, current.now, writer.timeZone);
    return { ...closing(current, writer, status, nextDue), ...undoing };
  });
  return { task, nextDue };
}

function closing(
  { task, now }: CurrentTask,
  writer: Writer,
  status: "done" | "skipped",
  nextDue: Due | null,
): TaskChange {
  return {
    type: status === "done" ? "task.completed.v1" : "task.skipped.v1",
    changes: { status: { from: "open", to: status } },
    set: { status, completed_at: now, next_due: nextDue },
    moments: task.reminders.length > 0 ? reminderMoments({ ...task, status }, writer) : null,
    extra: { completedAt: now, nextDue },
  };
}
