import { taskEvents } from "@tend/contracts";
import { callingHandler, type EventOf, type Logger, RefusedEvent } from "@tend/service-kit";
import type { Backend } from "../backend.ts";
import { recordChange, recordChanges } from "../modules/occurrences/record-change.ts";
import { wantedAfter } from "../modules/occurrences/wanted-after.ts";

type OccurrenceEvent = EventOf<(typeof taskEvents)[number]>;
type Services = { backend: Backend };

/** Where an occurrence asks to be followed, the next one is asked for first; then the ledger says what became of this one. */
export const onOccurrenceChanged = callingHandler(taskEvents, {
  needsCall: ({ data }) => completionOf(data) !== null,
  call: askForNext,
  store: ({ data }, following, { tx }) => (following ? recordChange(tx, data, following) : recordChanges(tx, [data])),
  storeUncalled: (events, { tx }) =>
    recordChanges(
      tx,
      events.map(({ data }) => data),
    ),
});

/** When the occurrence was closed that is to be followed. Null: it is open, or the rule or the series has ended, or it had been closed before. */
function completionOf(data: OccurrenceEvent["data"]): string | null {
  const { series, task, changes } = data;
  if (series === null) return null;
  if ("completedAt" in data)
    return data.nextDue !== null && !("scope" in data && data.scope === "all") ? data.completedAt : null;
  // The last occurrence was done before its rule was made longer.
  const isExtended = task.status !== "open" && task.nextDue !== null && ("recurrence" in changes || "due" in changes);
  return isExtended ? task.completedAt : null;
}

async function askForNext({ data }: OccurrenceEvent, { backend, log }: Services & { log: Logger }) {
  const { series, task } = data;
  const completedAt = completionOf(data);
  const following = series && completedAt && wantedAfter(series, { id: task.id, version: task.version, completedAt });
  if (!following) return null;
  const made = await backend.makeOccurrence(following.wanted);
  if (made.outcome === "refused") throw new RefusedEvent(`the backend refused the next occurrence with ${made.status}`);
  if (made.outcome !== "made") return null;
  log.info({ series: following.wanted.seriesId, task: made.taskId }, "the next occurrence is made");
  return following;
}
