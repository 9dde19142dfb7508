import { randomUUID } from "node:crypto";
import type { PatchScope, TaskPatch } from "@tend/contracts";
import { notFound } from "@tend/service-kit";
import { inTransaction } from "../../database.ts";
import { changeTask } from "./change-task.ts";
import { checkRecurrence } from "./check-recurrence.ts";
import { editOf } from "./edit.ts";
import { inTrash, preconditionFailed } from "./task-problems.ts";
import { type Database, holdReferences, type Undoing, type Writer, type WrittenTask } from "./tasks.repository.ts";

export type EditOptions = Undoing & {
  scope?: PatchScope | undefined;
  isExpected?: ((version: number) => boolean) | undefined;
  onlyThisRow?: boolean;
};

/** A due alone moves this occurrence; anything else goes on to the later ones. */
const defaultScope = (patch: TaskPatch): PatchScope =>
  Object.keys(patch).length === 1 && patch.due !== undefined ? "this" : "later";

/**
 * Merge-patches a task. In a series `this` keeps the change to one occurrence, `later` hands it on (and to later occurrences that
 * exist), `all` also rewrites the past ones.
 */
export async function editTask(
  db: Database,
  writer: Writer,
  id: string,
  patch: TaskPatch,
  options: EditOptions = {},
): Promise<WrittenTask> {
  if (patch.recurrence) checkRecurrence(patch.recurrence);
  if (patch.sectionId || patch.parentId || patch.assigneeId) throw notFound();
  const scope = options.scope ?? defaultScope(patch);
  const { batchId = scope === "this" ? null : randomUUID(), undoes = null } = options;
  return inTransaction(db, async (tx) => {
    await requireReferences(tx, writer, patch);
    let others: { series: string; number: number } | null = null;
    const written = await changeTask(tx, writer, id, async (current) => {
      const { task, series } = current;
      if (options.isExpected && !options.isExpected(task.version)) throw preconditionFailed();
      if (task.status === "trashed") throw inTrash();
      const inSeries = series?.is_alive && task.occurrence_number !== null;
      if (inSeries && scope !== "this") others = { series: series.id, number: task.occurrence_number as number };
      const change = await editOf(tx, current, patch, inSeries ? scope : "this", writer);
      return change && { ...change, batchId, undoes };
    });
    if (others && !options.onlyThisRow) await editOthers(tx, writer, id, patch, scope, others, batchId);
    return written;
  });
}

async function requireReferences(tx: Database, writer: Writer, { projectId, labelIds = [] }: TaskPatch): Promise<void> {
  if (projectId === undefined && labelIds.length === 0) return;
  if (!(await holdReferences(tx, writer.accountId, projectId ?? null, labelIds))) throw notFound();
}

/** The due and the rule belong to the series and the occurrence at hand; the rest is copied to the other occurrences. */
async function editOthers(
  tx: Database,
  writer: Writer,
  id: string,
  patch: TaskPatch,
  scope: PatchScope,
  of: { series: string; number: number },
  batchId: string | null,
) {
  const { due, recurrence, deadline, ...shared } = patch;
  if (Object.keys(shared).length === 0) return;
  const { rows } = await tx.query<{ id: string }>(
    `select id from tasks where series_id = $1 and id <> $2 and status <> 'withdrawn' and ($3 or occurrence_number > $4)
     order by occurrence_number`,
    [of.series, id, scope === "all", of.number],
  );
  for (const other of rows) {
    await changeTask(tx, writer, other.id, async (current) => {
      const change = await editOf(tx, current, shared, "later", writer);
      return change && { ...change, scope, batchId };
    });
  }
}
