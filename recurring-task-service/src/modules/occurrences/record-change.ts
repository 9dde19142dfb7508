import type { Changes, SeriesSnapshot, TaskSnapshot } from "@tend/contracts";
import type { Tx } from "@tend/service-kit";
import {
  claimVersion,
  findKnown,
  forgetOfTask,
  insertMissed,
  type OccurrenceState,
  saveOccurrence,
} from "./occurrences.repository.ts";
import { type Following, isSameDue } from "./wanted-after.ts";

export type Change = {
  accountId: string;
  at: string;
  task: TaskSnapshot;
  series: SeriesSnapshot | null;
  changes: Changes;
};

/** Most tasks never repeat: those are left out here, before each costs a statement. */
export async function recordChanges(tx: Tx, changes: readonly Change[]): Promise<void> {
  const unsure = changes.filter((change) => !mayRepeat(change)).map(({ task }) => task.id);
  const known = unsure.length > 0 ? await findKnown(tx, unsure) : new Set();
  for (const change of changes)
    if (mayRepeat(change) || known.has(change.task.id)) await recordChange(tx, change, null);
}

const mayRepeat = ({ task, series, changes }: Change) =>
  series !== null || task.seriesId !== null || "recurrence" in changes || "seriesId" in changes;

/** The ledger follows the newest version of each task; an older event that comes late changes nothing. */
export async function recordChange(
  tx: Tx,
  { accountId, at, task, series }: Change,
  following: Following | null,
): Promise<void> {
  if (!(await claimVersion(tx, task.id, task.version))) return;
  // The occurrence may have moved within its series, to another series, or out of any.
  await forgetOfTask(tx, task.id, series && { seriesId: series.id, occurrenceNumber: series.occurrenceNumber });
  if (!series) return;
  await saveOccurrence(tx, {
    seriesId: series.id,
    accountId,
    occurrence: series.occurrence,
    occurrenceNumber: series.occurrenceNumber,
    due: task.due ?? series.due,
    state: stateOf(task, series),
    taskId: task.id,
    taskVersion: task.version,
    missedCount: following?.missedCount ?? 0,
    at,
  });
  if (following)
    await insertMissed(tx, { accountId, at, series, taskId: task.id, missed: withNumbers(following, series) });
}

function stateOf(task: TaskSnapshot, series: SeriesSnapshot): OccurrenceState {
  if (task.status !== "open") return task.status;
  return isSameDue(task.due ?? series.due, series.occurrence) ? "open" : "moved";
}

// Missed ones are counted in the rule: they lie one after the other between this occurrence and the next.
const withNumbers = ({ missed }: Following, series: SeriesSnapshot) =>
  missed.map((occurrence, index) => ({
    occurrence,
    occurrenceNumber: series.occurrenceNumber + 1 + index,
  }));
