import type { Due, NewOccurrence, SeriesSnapshot } from "@tend/contracts";
import { dueInstant, endOfDay, next } from "@tend/recurrence";

export type Closed = { id: string; version: number; completedAt: string };
export type Following = { wanted: NewOccurrence; missed: Due[]; missedCount: number };

/** What follows a closed occurrence, from nothing but the event: the backend computed the same with the same function. Null at the rule's end. */
export function wantedAfter(series: SeriesSnapshot, { id, version, completedAt }: Closed): Following | null {
  const following = next(series, completedAt, series.zone);
  if (!following) return null;
  const { due, occurrenceNumber, missed, missedCount } = following;
  return { wanted: wantedOf(series, { id, version }, due, occurrenceNumber), missed, missedCount };
}

/** The occurrence that the backend promised, even where the account's zone, which floating dues mean, has changed since. */
export function wantedAsPromised(series: SeriesSnapshot, closed: Closed, promised: Due): NewOccurrence | null {
  // Counted from completion, none is passed over.
  if (series.recurrence.from === "completion") return wantedOf(series, closed, promised, series.occurrenceNumber + 1);
  for (const completedAt of [closed.completedAt, justBefore(promised, series.zone)]) {
    const wanted = wantedAfter(series, { ...closed, completedAt })?.wanted;
    if (wanted && isSameDue(wanted.occurrence, promised)) return wanted;
  }
  return null;
}

export const isSameDue = (a: Due, b: Due) => a.date === b.date && a.time === b.time && a.timeZone === b.timeZone;

/** Completed at this instant, all that comes before the due is passed over, and the due itself is not. */
function justBefore(due: Due, zone: string): string {
  const instant = dueInstant(due, zone);
  return instant ? new Date(Date.parse(instant) - 60_000).toISOString() : endOfDay(due.date, due.timeZone ?? zone);
}

const wantedOf = (
  series: SeriesSnapshot,
  { id, version }: Pick<Closed, "id" | "version">,
  occurrence: Due,
  occurrenceNumber: number,
): NewOccurrence => ({
  ...{ seriesId: series.id, occurrence, occurrenceNumber },
  ...{ predecessorId: id, predecessorVersion: version, seriesVersion: series.version },
});
