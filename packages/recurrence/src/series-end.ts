import { parseDate } from "./calendar.ts";
import type { Due } from "./due.ts";
import { patternOf } from "./pattern.ts";
import type { Rule } from "./rule.ts";
import { flat, runsOf } from "./runs.ts";
import type { Steps } from "./steps.ts";
import { startOf } from "./wall-clock.ts";

/** Whether the rule, started at this due, has it as an occurrence. */
export function includesStart(rule: Rule, due: Due, viewerZone: string, steps: Steps): boolean {
  const start = startOf(due);
  const pattern = { ...patternOf({ ...rule, until: null }, start), lastDay: start.day };
  for (const run of flat(runsOf(pattern, start.day, due.timeZone ?? viewerZone, steps))) {
    return run.day === start.day && run.minutes[0] === pattern.start.minute;
  }
  return false;
}

/** COUNT bounds the occurrences of the rule: an anchor that the rule does not have comes on top. */
export function lastNumber(rule: Rule, anchor: Due, viewerZone: string, steps: Steps): number {
  if (rule.count === null) return Number.POSITIVE_INFINITY;
  return rule.count + (includesStart(rule, anchor, viewerZone, steps) ? 0 : 1);
}

/** `instant` in minutes since 1970. A date as UNTIL includes that whole day. */
export function isPastUntil({ until }: Rule, due: Due, instant: number, zone: string): boolean {
  if (!until) return false;
  const day = parseDate(due.date);
  if (until.kind === "instant") {
    if (due.time !== null) return instant * 60_000 > until.epochMilliseconds;
    const moment = Temporal.Instant.fromEpochMilliseconds(until.epochMilliseconds);
    return day > parseDate(moment.toZonedDateTimeISO(zone).toPlainDate().toString());
  }
  if (day !== until.day || until.kind === "date" || due.time === null) return day > until.day;
  return (startOf(due).minute ?? 0) > until.minute;
}
