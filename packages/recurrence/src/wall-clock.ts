import { formatDate, formatTime, minutesPerDay, modulo, parseDate, parseTime } from "./calendar.ts";
import type { Due } from "./due.ts";
import type { Start } from "./pattern.ts";

export const startOf = (due: Due): Start => ({
  day: parseDate(due.date),
  minute: due.time === null ? null : parseTime(due.time),
});

/** The due of an occurrence: in the zone of the series, all-day if the series is. */
export const dueAt = (series: Due, day: number, minute: number): Due => ({
  date: formatDate(day),
  time: series.time === null ? null : formatTime(minute),
  timeZone: series.timeZone,
});

/** An instant as the clocks of a zone show it. */
export function wallAt(epochMilliseconds: number, zone: string): { day: number; minute: number } {
  const moment = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toZonedDateTimeISO(zone);
  const wall = Math.floor((epochMilliseconds + moment.offsetNanoseconds / 1e6) / 60_000);
  return { day: Math.floor(wall / minutesPerDay), minute: modulo(wall, minutesPerDay) };
}

export const sameWallClock = (a: Due, b: Due) => a.date === b.date && a.time === b.time && a.timeZone === b.timeZone;
