import { inTransaction } from "../../database.ts";
import { changeTask } from "./change-task.ts";
import { reminderMoments } from "./derive.ts";
import { inTrash } from "./task-problems.ts";
import type { SeriesRow, TaskRow } from "./task-row.ts";
import {
  applyChange,
  type CurrentTask,
  type Database,
  findSuccessor,
  type TaskChange,
  type Undoing,
  type Writer,
  type WrittenTask,
} from "./tasks.repository.ts";

export type Reopened = { task: WrittenTask; keptSuccessor: string | null };

/** Takes back completing or skipping, and with it the next occurrence unless somebody has edited that. */
export const reopenTask = (db: Database, writer: Writer, id: string, undoing?: Undoing) =>
  openAgain(db, writer, id, (current) => {
    if (current.task.status === "trashed") throw inTrash();
    if (current.task.status === "open") return null;
    return { ...opened(current, writer, "task.reopened.v1", "open"), ...undoing };
  });

/** From the trash to where it was. A series that was ended with the task lives again. */
export const restoreTask = (db: Database, writer: Writer, id: string, undoing?: Undoing) =>
  openAgain(db, writer, id, (current) => {
    if (current.task.status !== "trashed") return null;
    return { ...opened(current, writer, "task.restored.v1", current.task.trashed_from ?? "open"), ...undoing };
  });

function openAgain(
  db: Database,
  writer: Writer,
  id: string,
  decide: (current: CurrentTask) => TaskChange | null,
): Promise<Reopened> {
  return inTransaction(db, async (tx) => {
    let isOpen = false;
    const task = await changeTask(tx, writer, id, (current) => {
      const change = decide(current);
      isOpen = change?.set.status === "open";
      return change;
    });
    return { task, keptSuccessor: isOpen ? await withdrawSuccessor(tx, writer, id) : null };
  });
}

function opened(
  { task, series }: CurrentTask,
  writer: Writer,
  type: TaskChange["type"],
  status: "open" | "done" | "skipped",
): TaskChange {
  const isOpen = status === "open";
  return {
    type,
    changes: { status: { from: task.status, to: status } },
    set: { status, trashed_from: null, ...(isOpen ? { completed_at: null, next_due: null } : {}) },
    series: type === "task.restored.v1" && isOpen ? revived(series) : null,
    moments: isOpen ? reminderMoments({ ...task, status }, writer) : null,
  };
}

const revived = (series: SeriesRow | null) => (series && !series.is_alive ? { ...series, is_alive: true } : null);

/** The id of a successor that stays because it was edited. One that nobody touched is withdrawn: gone, until it is made again. */
async function withdrawSuccessor(db: Database, writer: Writer, id: string): Promise<string | null> {
  for (let successor = await findSuccessor(db, id); successor; successor = await findSuccessor(db, id)) {
    if (!isUntouched(successor)) return successor.status === "trashed" ? null : successor.id;
    const withdrawn = await applyChange(db, writer, successor, {
      type: "task.withdrawn.v1",
      changes: { status: { from: "open", to: "withdrawn" } },
      set: { status: "withdrawn" },
      moments: reminderMoments({ ...successor, status: "withdrawn" }, writer),
    });
    if (withdrawn) return null;
  }
  return null;
}

const isUntouched = (task: TaskRow) => task.status === "open" && task.version === task.made_version;
