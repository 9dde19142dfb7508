import { lastDay, toCivil, weekdayOf } from "./calendar.ts";
import type { Rule } from "./rule.ts";

/** Where a rule starts: DTSTART as wall clock. `minute` is null for all-day. */
export type Start = { day: number; minute: number | null };

/** A rule with what RFC 5545 takes from DTSTART filled in. */
export type Pattern = Rule & {
  start: { day: number; minute: number };
  isAllDay: boolean;
  isExact: boolean;
  /** Minutes of the day at which a matching day has occurrences; DAILY and coarser. */
  times: number[];
  /** No occurrence is later than this day, in any zone. */
  lastDay: number;
};

/** HOURLY and MINUTELY run in exact time, all others on the wall clock. */
export const isExact = (rule: Rule) => rule.frequency === "HOURLY" || rule.frequency === "MINUTELY";

function timesOfDay(rule: Rule, minute: number | null): number[] {
  if (minute === null) return [0];
  const hours = rule.byHour.length ? rule.byHour : [Math.floor(minute / 60)];
  const minutes = rule.byMinute.length ? rule.byMinute : [minute % 60];
  return hours.flatMap((hour) => minutes.map((each) => hour * 60 + each));
}

function daysFromStart(rule: Rule, day: number): Pick<Rule, "byMonth" | "byMonthDay" | "byDay"> {
  const { byMonth, byMonthDay, byDay, byWeekNo, byYearDay, frequency } = rule;
  const given = { byMonth, byMonthDay, byDay };
  const saysDays = byMonthDay.length || byDay.length || byYearDay.length;
  if (saysDays || isExact(rule) || frequency === "DAILY") return given;
  const civil = toCivil(day);
  const sameWeekday = [{ nth: 0, weekday: weekdayOf(day) }];
  if (frequency === "WEEKLY" || byWeekNo.length) return { ...given, byDay: sameWeekday };
  const months = frequency === "YEARLY" && !byMonth.length ? [civil.month] : byMonth;
  return { byMonth: months, byMonthDay: [civil.day], byDay };
}

export function patternOf(rule: Rule, start: Start): Pattern {
  return {
    ...rule,
    ...daysFromStart(rule, start.day),
    start: { day: start.day, minute: start.minute ?? 0 },
    isAllDay: start.minute === null,
    isExact: isExact(rule),
    times: timesOfDay(rule, start.minute),
    lastDay: Math.min(lastDay, rule.until ? rule.until.day + 2 : lastDay),
  };
}
