import { type Due, next, preview, type Series } from "../src/index.ts";

/** "2026-03-29", "2026-03-29 09:00" (floating) or "2026-03-29 09:00 Europe/Berlin". */
export function due(text: string): Due {
  const [date = "", time = null, timeZone = null] = text.split(" ");
  return { date, time, timeZone };
}

export const wall = ({ date, time }: Due) => (time ? `${date} ${time}` : date);

export function seriesOf(rrule: string, start: string, given: Partial<Series> = {}): Series {
  const anchor = due(start);
  const occurrence = given.occurrence ?? anchor;
  return {
    recurrence: { rrule, from: "due" },
    anchor,
    anchorNumber: 1,
    occurrence,
    occurrenceNumber: 1,
    due: occurrence,
    ...given,
  };
}

export const fromCompletion = (rrule: string) => ({ recurrence: { rrule, from: "completion" as const } });

/** The first occurrences as wall clock. */
export const previewed = (rrule: string, start: string, count: number, zone = "UTC") =>
  preview({ rrule, from: "due" }, due(start), count, zone).map(wall);

export const instants = (rrule: string, start: string, count: number, zone = "UTC") =>
  preview({ rrule, from: "due" }, due(start), count, zone).map((occurrence) => occurrence.at);

export const nextWall = (series: Series, completedAt: string, zone = "UTC") => {
  const following = next(series, completedAt, zone);
  return following && `${wall(following.due)} #${following.occurrenceNumber} missed ${following.missedCount}`;
};
