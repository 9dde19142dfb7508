import { minutesPerDay } from "./calendar.ts";
import type { Due, Occurrence, Recurrence, Series } from "./due.ts";
import { dueInstant, startOfDay } from "./instants.ts";
import { nextWithin } from "./next.ts";
import { patternOf } from "./pattern.ts";
import { parseRule, type Rule } from "./rule.ts";
import { flat, runsOf } from "./runs.ts";
import { includesStart, isPastUntil } from "./series-end.ts";
import { OutOfSteps, Steps } from "./steps.ts";
import { dueAt, startOf } from "./wall-clock.ts";

function* fromDue(rrule: string, due: Due, viewerZone: string, steps: Steps): Generator<Due> {
  const rule = parseRule(rrule);
  const zone = due.timeZone ?? viewerZone;
  const start = startOf(due);
  let left = rule.count ?? Number.POSITIVE_INFINITY;
  for (const { day, minutes, offset } of flat(runsOf(patternOf(rule, start), start.day, zone, steps))) {
    for (const minute of minutes) {
      const occurrence = dueAt(due, day, minute);
      if (left === 0 || isPastUntil(rule, occurrence, day * minutesPerDay + minute - offset, zone)) return;
      left -= 1;
      yield occurrence;
    }
  }
}

/** Each is taken to be completed when it is due; the first one at `completedAt`, where that is given. */
function* fromCompletion(
  recurrence: Recurrence,
  due: Due,
  viewerZone: string,
  steps: Steps,
  completedAt?: string,
): Generator<Due> {
  if (beginsWith(parseRule(recurrence.rrule), due, viewerZone, steps)) yield due;
  const inTime = (each: Due) => dueInstant(each, viewerZone) ?? startOfDay(each.date, each.timeZone ?? viewerZone);
  let series: Series = { recurrence, anchor: due, anchorNumber: 1, occurrence: due, occurrenceNumber: 1, due };
  for (let completed = completedAt ?? inTime(due); ; completed = inTime(series.due)) {
    const following = nextWithin(steps, series, completed, viewerZone, false);
    if (!following) return;
    yield following.due;
    const { due: occurrence, occurrenceNumber } = following;
    series = { ...series, occurrence, occurrenceNumber, due: occurrence };
  }
}

function beginsWith(rule: Rule, due: Due, viewerZone: string, steps: Steps): boolean {
  const instant = Date.parse(dueInstant(due, viewerZone) ?? startOfDay(due.date, viewerZone)) / 60_000;
  const isOver = isPastUntil(rule, due, instant, due.timeZone ?? viewerZone);
  return !isOver && includesStart(rule, due, viewerZone, steps);
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  if (left > 0)
    for (const item of items) {
      yield item;
      left -= 1;
      if (left === 0) return;
    }
}

/**
 * The first `count` occurrences from `due` on, `due` itself first where the rule has it. `completedAt` (an instant)
 * matters from completion only: when `due` was completed. Throws a RuleError when the rule is not valid.
 */
export function preview(
  recurrence: Recurrence,
  due: Due,
  count: number,
  viewerZone: string,
  completedAt?: string,
): Occurrence[] {
  return previewWithin(new Steps(), recurrence, due, count, viewerZone, completedAt);
}

/** As `preview`, with the steps counted by the caller. */
export function previewWithin(
  steps: Steps,
  recurrence: Recurrence,
  due: Due,
  count: number,
  viewerZone: string,
  completedAt?: string,
): Occurrence[] {
  const dues =
    recurrence.from === "completion"
      ? fromCompletion(recurrence, due, viewerZone, steps, completedAt)
      : fromDue(recurrence.rrule, due, viewerZone, steps);
  const occurrences: Occurrence[] = [];
  try {
    for (const each of take(dues, count)) occurrences.push({ ...each, at: dueInstant(each, viewerZone) });
  } catch (error) {
    if (!(error instanceof OutOfSteps)) throw error;
  }
  return occurrences;
}
