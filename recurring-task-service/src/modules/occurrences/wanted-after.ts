import type { Due, NewOccurrence, SeriesSnapshot } from "@tend/contracts";
import { next } from "@tend/recurrence";

export type Closed = { id: string; version: number; completedAt: string };
export type Following = { wanted: NewOccurrence; missed: Due[]; missedCount: number };

/** What follows a closed occurrence, from nothing but the event: the backend computed the same with the same function. Null at the rule's end. */
export function wantedAfter(series: SeriesSnapshot, { id, version, completedAt }: Closed): Following | null {
  const following = next(series, completedAt, series.zone);
  if (!following) return null;
  const { due, occurrenceNumber, missed, missedCount } = following;
  const wanted = {
    seriesId: series.id,
    occurrence: due,
    occurrenceNumber,
    predecessorId: id,
    predecessorVersion: version,
    seriesVersion: series.version,
  };
  return { wanted, missed, missedCount };
}
