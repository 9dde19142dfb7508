import { parseDate } from "./calendar.ts";
import type { Due } from "./due.ts";
import { clockTime, dayMonthYear, listed } from "./english.ts";
import { isExact } from "./pattern.ts";
import type { Rule } from "./rule.ts";
import { startOf, wallAt } from "./wall-clock.ts";

const maxTimesListed = 6;

/** " at 9:00 and 17:00", or "" where the day is all there is to say; null where no plain words fit. */
export function describeTimes(rule: Rule, due: Due | null): string | null {
  const { byHour, byMinute } = rule;
  if (isExact(rule)) return describeWithinDay(rule);
  const minute = due ? startOf(due).minute : null;
  const isSaid = byHour.length > 0 || byMinute.length > 0;
  if (due?.time === null || (minute === null && !isSaid)) return "";
  if (minute === null && !(byHour.length && byMinute.length)) return null;
  const hours = byHour.length ? byHour : [Math.floor((minute ?? 0) / 60)];
  const minutes = byMinute.length ? byMinute : [(minute ?? 0) % 60];
  const times = hours.flatMap((hour) => minutes.map((each) => clockTime(hour * 60 + each)));
  return times.length > maxTimesListed ? null : ` at ${listed(times)}`;
}

function describeWithinDay({ frequency, byHour, byMinute, bySetPos }: Rule): string | null {
  if (bySetPos.length) return null;
  const first = byHour[0] ?? 0;
  const isRange = byHour.length > 1 && byHour.every((hour, index) => hour === first + index);
  const hours = isRange
    ? `, from ${clockTime(first * 60)} to ${clockTime((byHour.at(-1) as number) * 60 + 59)}`
    : byHour.length
      ? `, only in the hour of ${listed(byHour.map((hour) => clockTime(hour * 60)))}`
      : "";
  if (byMinute.length > maxTimesListed) return null;
  const minutes = listed(byMinute.map((minute) => `:${String(minute).padStart(2, "0")}`));
  return `${minutes && (frequency === "HOURLY" ? ` at ${minutes}` : `, only at ${minutes}`)}${hours}`;
}

export function describeEnd({ count, until }: Rule, due: Due | null): string {
  if (count !== null) return count === 1 ? ", once" : `, ${count} times`;
  if (!until) return "";
  const { day, minute } =
    until.kind === "instant" ? wallAt(until.epochMilliseconds, due?.timeZone ?? "UTC") : { minute: 1439, ...until };
  const isFloating = until.kind === "instant" && !due?.timeZone;
  const isWholeDay = due?.time === null || minute === 1439;
  const time = isWholeDay ? "" : ` at ${clockTime(minute)}`;
  return `, until ${dayMonthYear(day)}${time}${isFloating && !isWholeDay ? " UTC" : ""}`;
}

export const dueDay = (due: Due) => parseDate(due.date);
