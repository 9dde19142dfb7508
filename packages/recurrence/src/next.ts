import { minutesPerDay, parseDate } from "./calendar.ts";
import type { Due, Next, Series } from "./due.ts";
import { dueInstant, endOfDay } from "./instants.ts";
import { isExact, patternOf } from "./pattern.ts";
import { parseRule, type Rule } from "./rule.ts";
import { flat, type Run, runsOf } from "./runs.ts";
import { isPastUntil, lastNumber } from "./series-end.ts";
import { OutOfSteps, Steps } from "./steps.ts";
import { dueAt, sameWallClock, startOf, wallAt } from "./wall-clock.ts";

export type NextOptions = {
  /** Counts as done in time, whatever `completedAt` says: nothing is passed over. */
  early?: boolean;
};

const maxMissedListed = 100;

/** Everything the search needs, with moments in minutes since 1970; dates stand for their day's first minute in all-day series. */
type Search = {
  series: Series;
  rule: Rule;
  zone: string;
  viewerZone: string;
  completed: number;
  steps: Steps;
};

/** As late as this due is: a candidate later than it comes after it. */
function momentOf(due: Due, { series, viewerZone }: Search): number {
  if (series.anchor.time === null) return parseDate(due.date) * minutesPerDay;
  const instant = dueInstant(due, viewerZone) ?? endOfDay(due.date, due.timeZone ?? viewerZone);
  return Date.parse(instant) / 60_000;
}

/** The latest moment that is already over: a candidate later than it is not missed. */
function overBy({ series, zone, completed }: Search): number {
  if (series.anchor.time !== null) return completed / 60_000;
  return (wallAt(completed, zone).day - 1) * minutesPerDay;
}

function isAfterEnd(
  { series, rule, zone, viewerZone, steps }: Search,
  due: Due,
  number: number,
  instant: number,
): boolean {
  if (isPastUntil(rule, due, instant, zone)) return true;
  return rule.count !== null && number > lastNumber(rule, series.anchor, viewerZone, steps);
}

/** Passes over what is neither later than `counted` (not counted) nor than `over` (missed), up to the first that is. */
class Passage {
  readonly #search: Search;
  readonly #counted: number;
  readonly #over: number;
  readonly #missed: Due[] = [];
  #missedCount = 0;

  constructor(search: Search, counted: number, over: number) {
    this.#search = search;
    this.#counted = counted;
    this.#over = over;
  }

  #miss(day: number, minutes: readonly number[]): void {
    this.#missedCount += minutes.length;
    const room = maxMissedListed - this.#missed.length;
    if (room > 0)
      for (const minute of minutes.slice(0, room)) this.#missed.push(dueAt(this.#search.series.anchor, day, minute));
  }

  /** The first minute of the run that is later than all that is passed over. */
  through({ day, minutes, offset }: Run): number | undefined {
    const midnight = day * minutesPerDay - offset;
    const first = midnight + (minutes[0] as number);
    const last = midnight + (minutes[minutes.length - 1] as number);
    if (last <= this.#counted) return undefined;
    if (first > this.#counted && last <= this.#over) {
      this.#miss(day, minutes);
      return undefined;
    }
    this.#search.steps.take(minutes.length);
    const later = minutes.find((minute) => midnight + minute > Math.max(this.#counted, this.#over));
    this.#miss(
      day,
      minutes.filter((minute) => midnight + minute > this.#counted && (later === undefined || minute < later)),
    );
    return later;
  }

  reach({ day, offset }: Run, minute: number): Next | null {
    const { series } = this.#search;
    const due = dueAt(series.anchor, day, minute);
    const occurrenceNumber = series.occurrenceNumber + this.#missedCount + 1;
    if (isAfterEnd(this.#search, due, occurrenceNumber, day * minutesPerDay + minute - offset)) return null;
    return { due, occurrenceNumber, missed: this.#missed, missedCount: this.#missedCount };
  }
}

function afterDue(search: Search, isEarly: boolean): Next | null {
  const { series, rule, zone, steps } = search;
  const pattern = patternOf(rule, startOf(series.anchor));
  const counted = momentOf(series.occurrence, search);
  const over = Math.max(momentOf(series.due, search), isEarly ? counted : overBy(search));
  const from = parseDate(series.occurrence.date) - 2;
  const passage = new Passage(search, counted, over);
  for (const runs of runsOf(pattern, from, zone, steps)) {
    for (const run of runs) {
      const minute = passage.through(run);
      if (minute !== undefined) return passage.reach(run, minute);
    }
  }
  return null;
}

/** The rule starts anew at the completion, on its date or, where it runs in exact time, at its minute. */
function restart({ series, rule, zone, completed, steps }: Search) {
  const { day, minute } = wallAt(completed, zone);
  const isFromInstant = isExact(rule) && series.anchor.time !== null;
  const instant = isFromInstant ? Math.floor(completed / 60_000) : undefined;
  const pattern = patternOf(rule, { day, minute: isFromInstant ? minute : startOf(series.anchor).minute });
  /** The completion's own date or minute is excluded. */
  const isLater = (run: Run, at: number) => (instant === undefined ? run.day > day : at > instant);
  return { runs: runsOf(pattern, day, zone, steps, instant), isLater };
}

function afterCompletion(search: Search): Next | null {
  const { series, steps } = search;
  const occurrenceNumber = series.occurrenceNumber + 1;
  const { runs: lists, isLater } = restart(search);
  for (const run of flat(lists)) {
    steps.take(run.minutes.length);
    for (const minute of run.minutes) {
      const at = run.day * minutesPerDay + minute - run.offset;
      if (!isLater(run, at)) continue;
      const due = dueAt(series.anchor, run.day, minute);
      if (sameWallClock(due, series.occurrence) || sameWallClock(due, series.due)) continue;
      if (isAfterEnd(search, due, occurrenceNumber, at)) return null;
      return { due, occurrenceNumber, missed: [], missedCount: 0 };
    }
  }
  return null;
}

/** As `next`, with the steps counted by the caller. */
export function nextWithin(
  steps: Steps,
  series: Series,
  completedAt: string,
  viewerZone: string,
  isEarly: boolean,
): Next | null {
  const rule = parseRule(series.recurrence.rrule);
  const zone = series.anchor.timeZone ?? viewerZone;
  const search = { series, rule, zone, viewerZone, completed: Date.parse(completedAt), steps };
  try {
    return series.recurrence.from === "completion" ? afterCompletion(search) : afterDue(search, isEarly);
  } catch (error) {
    if (error instanceof OutOfSteps) return null;
    throw error;
  }
}

/**
 * The occurrence after one completed (or skipped) at the instant `completedAt`; null at the rule's end or when it has
 * none within the bound on steps. Throws a RuleError when the rule is not valid. `viewerZone` is the zone of floating dues.
 */
export function next(series: Series, completedAt: string, viewerZone: string, options: NextOptions = {}): Next | null {
  return nextWithin(new Steps(), series, completedAt, viewerZone, options.early ?? false);
}
