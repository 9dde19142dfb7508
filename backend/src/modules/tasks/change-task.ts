import { notFound } from "@tend/service-kit";
import { changedMeanwhile } from "./task-problems.ts";
import {
  applyChange,
  type CurrentTask,
  type Database,
  findCurrent,
  presentTask,
  type TaskChange,
  type Writer,
  type WrittenTask,
} from "./tasks.repository.ts";

/**
 * Reads the task, lets `decide` say what becomes of it, and writes that if nobody was faster, else starts again. `decide` returns null
 * when nothing is to change, and throws to refuse.
 */
export async function changeTask(
  db: Database,
  writer: Writer,
  id: string,
  decide: (current: CurrentTask) => TaskChange | null | Promise<TaskChange | null>,
): Promise<WrittenTask & { hasChanged: boolean }> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const current = await findCurrent(db, writer.accountId, id);
    if (!current) throw notFound();
    const change = await decide(current);
    if (!change) return { ...(await presentTask(db, id)), hasChanged: false };
    const written = await applyChange(db, writer, current.task, change);
    if (written) return { ...written, hasChanged: true };
  }
  throw changedMeanwhile();
}
