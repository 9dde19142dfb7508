import { randomUUID } from "node:crypto";
import type { DeleteScope } from "@tend/contracts";
import { inTransaction } from "../../database.ts";
import { nextDueOf } from "../series/next-occurrence.ts";
import { changeTask } from "./change-task.ts";
import { reminderMoments } from "./derive.ts";
import { preconditionFailed } from "./task-problems.ts";
import type { CurrentTask, Database, TaskChange, Undoing, Writer } from "./tasks.repository.ts";

export type DeleteOptions = Undoing & {
  scope: DeleteScope;
  isExpected?: ((version: number) => boolean) | undefined;
  onlyThisRow?: boolean;
};

/** To the trash. Of a series, `this` lets the next occurrence come, `all` ends the series and takes every open occurrence along. */
export async function deleteTask(
  db: Database,
  writer: Writer,
  id: string,
  { scope, isExpected, onlyThisRow, batchId = scope === "all" ? randomUUID() : null, ...undoing }: DeleteOptions,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    let seriesId: string | null = null;
    await changeTask(tx, writer, id, (current) => {
      if (isExpected && !isExpected(current.task.version)) throw preconditionFailed();
      if (current.task.status === "trashed") return null;
      seriesId = current.task.series_id;
      return { ...trashed(current, writer, scope), batchId, ...undoing };
    });
    if (scope !== "all" || !seriesId || onlyThisRow) return;
    const others = await tx.query<{ id: string }>(
      "select id from tasks where series_id = $1 and owner_id = $2 and status = 'open'",
      [seriesId, writer.accountId],
    );
    for (const other of others.rows) {
      await changeTask(tx, writer, other.id, (current) =>
        current.task.status === "open" ? { ...trashed(current, writer, scope), batchId } : null,
      );
    }
  });
}

function trashed({ task, series, now }: CurrentTask, writer: Writer, scope: DeleteScope): TaskChange {
  const isOpenOccurrence = task.status === "open" && scope === "this";
  const next_due = isOpenOccurrence ? nextDueOf(task, series, now, writer.timeZone) : task.next_due;
  const trashed_from =
    task.status === "open" || task.status === "done" || task.status === "skipped" ? task.status : null;
  return {
    type: "task.deleted.v1",
    changes: { status: { from: task.status, to: "trashed" } },
    set: { status: "trashed", trashed_from, next_due, ...(isOpenOccurrence && series ? { completed_at: now } : {}) },
    series: scope === "all" && series?.is_alive ? { ...series, is_alive: false } : null,
    moments: reminderMoments({ ...task, status: "trashed" }, writer),
    extra: { completedAt: now, nextDue: isOpenOccurrence ? next_due : null, scope },
    scope,
  };
}
