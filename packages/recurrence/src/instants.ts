import type { Due } from "./due.ts";

const latest = Temporal.Instant.from("9999-12-31T23:59:59.999Z");

/** RFC 3339 in UTC with milliseconds; it knows four digits of a year, so that later instants stop at the end of 9999. */
export function formatInstant(instant: Temporal.Instant): string {
  const bounded = Temporal.Instant.compare(instant, latest) > 0 ? latest : instant;
  return bounded.toString({ fractionalSecondDigits: 3 });
}

/** The instant of a wall-clock time: in a gap of the zone later by the gap, in an overlap the first of the two. */
function zoned(date: string, time: string, zone: string): Temporal.ZonedDateTime {
  return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone, { disambiguation: "compatible" });
}

/** The instant that a due means, for a viewer whose zone floating dues take; null for all-day. */
export function dueInstant(due: Due, viewerZone: string): string | null {
  if (due.time === null) return null;
  return formatInstant(zoned(due.date, due.time, due.timeZone ?? viewerZone).toInstant());
}

/** The first instant of a date in a zone. */
export function startOfDay(date: string, zone: string): string {
  return formatInstant(Temporal.PlainDate.from(date).toZonedDateTime(zone).toInstant());
}

/** The last millisecond of a date in a zone. */
export function endOfDay(date: string, zone: string): string {
  const following = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).toInstant();
  return formatInstant(following.subtract({ milliseconds: 1 }));
}

/** The date that an instant has in a zone. */
export function today(now: string, zone: string): string {
  return Temporal.Instant.from(now).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** IANA names only: offsets such as +01:00 are no zones. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    Temporal.Now.instant().toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
