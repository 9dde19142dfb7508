import type { Due, Reminder } from "@tend/contracts";
import { addDays, instantOf, localTime } from "./calendar";
import { sayClock, sayDay, type Viewer } from "./wording";

type Span = { days: number; seconds: number };

function spanOf(duration: string): Span {
  const part = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0);
  const [dates = "", clock = ""] = duration.slice(1).split("T");
  const of = (text: string, unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
  return {
    days: part("W") * 7 + of(dates, "D"),
    seconds: of(clock, "H") * 3600 + of(clock, "M") * 60 + of(clock, "S"),
  };
}

/** When a reminder fires: days count back on the calendar, hours and less exactly. An all-day due counts from `allDayTime`. */
export function reminderInstant(
  reminder: Reminder,
  due: Due | null,
  viewer: Viewer,
  allDayTime: string,
): number | null {
  if ("at" in reminder) {
    const { date, time, timeZone } = reminder.at;
    return instantOf(date, time ?? allDayTime, timeZone ?? viewer.timeZone);
  }
  if (!due) return null;
  const { days, seconds } = spanOf(reminder.before);
  const zone = due.timeZone ?? viewer.timeZone;
  return instantOf(addDays(due.date, -days), due.time ?? allDayTime, zone) - seconds * 1000;
}

const plural = (count: number, unit: string) => `${count} ${unit}${count === 1 || unit === "min" ? "" : "s"}`;

/** "10 min before", "1 day before", "At the time". */
export function sayBefore(duration: string): string {
  const { days, seconds } = spanOf(duration);
  const words: string[] = [];
  if (days > 0) words.push(days % 7 === 0 ? plural(days / 7, "week") : plural(days, "day"));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours) words.push(plural(hours, "hour"));
  if (minutes) words.push(plural(minutes, "min"));
  if (rest) words.push(`${rest} s`);
  return words.length === 0 ? "At the time" : `${words.join(" ")} before`;
}

/** "8:50", with the day where it is not the due's own. */
export function sayReminderTime(instant: number, dueDate: string | null, viewer: Viewer): string {
  const local = localTime(instant, viewer.timeZone);
  const clock = sayClock(local.time, viewer.locale, local.seconds === "00" ? undefined : local.seconds);
  return local.date === dueDate ? clock : `${sayDay(local.date, viewer)} ${clock}`;
}
