import type { Due } from "./due.ts";
import { dueInstant, formatInstant } from "./instants.ts";

/** Calendar units count back on the wall clock (`P1D` is a day), time units exactly (`PT24H` is 24 hours). */
function before(duration: string, date: string, time: string, zone: string): string {
  const { years, months, weeks, days, ...rest } = splitDuration(duration);
  const wall = Temporal.PlainDateTime.from(`${date}T${time}`).subtract({ years, months, weeks, days });
  return formatInstant(wall.toZonedDateTime(zone).toInstant().subtract(rest));
}

function splitDuration(text: string) {
  const { years, months, weeks, days, hours, minutes, seconds, milliseconds } = Temporal.Duration.from(text);
  return { years, months, weeks, days, hours, minutes, seconds, milliseconds };
}

/** When a reminder fires; null while it sleeps for want of a due. All-day counts back from `allDayTime` (HH:MM). */
export function fireAt(
  reminder: { before: string } | { at: Due },
  due: Due | null,
  viewerZone: string,
  allDayTime: string,
): string | null {
  if ("at" in reminder) return dueInstant({ ...reminder.at, time: reminder.at.time ?? allDayTime }, viewerZone);
  if (!due) return null;
  return before(reminder.before, due.date, due.time ?? allDayTime, due.timeZone ?? viewerZone);
}
