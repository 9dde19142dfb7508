import { taskCompleted, taskDeleted, taskSkipped } from "@tend/contracts";
import { callingHandler, type EventOf, type Handler, type Logger, RefusedEvent } from "@tend/service-kit";
import type { Backend } from "../backend.ts";
import { recordChange, recordChanges } from "../modules/occurrences/record-change.ts";
import { wantedAfter } from "../modules/occurrences/wanted-after.ts";

type Closing = typeof taskCompleted | typeof taskSkipped | typeof taskDeleted;
type Services = { backend: Backend };

/** An occurrence was completed, skipped or deleted: the next one is asked for, then the ledger says what became of this one. */
const onClosed = <D extends Closing>(definition: D): Handler<Services> =>
  callingHandler(definition as Closing, {
    needsCall: mayContinue,
    call: askForNext,
    store: ({ data }, following, { tx }) => (following ? recordChange(tx, data, following) : recordChanges(tx, [data])),
  });

export const onOccurrenceClosed = [onClosed(taskCompleted), onClosed(taskSkipped), onClosed(taskDeleted)];

/** Nothing follows: no series, the rule's end, a series that was ended, or an occurrence that had been closed before. */
function mayContinue({ data }: EventOf<Closing>): boolean {
  return data.series !== null && data.nextDue !== null && !("scope" in data && data.scope === "all");
}

async function askForNext({ data }: EventOf<Closing>, { backend, log }: Services & { log: Logger }) {
  const { series, task, completedAt } = data;
  const following = series && wantedAfter(series, { id: task.id, version: task.version, completedAt });
  if (!following) return null;
  const made = await backend.makeOccurrence(following.wanted);
  if (made.outcome === "refused") throw new RefusedEvent(`the backend refused the next occurrence with ${made.status}`);
  if (made.outcome !== "made") return null;
  log.info({ series: following.wanted.seriesId, task: made.taskId }, "the next occurrence is made");
  return following;
}
