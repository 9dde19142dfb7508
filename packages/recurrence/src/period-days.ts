import {
  daysInMonth,
  daysInYear,
  firstWeekOf,
  isLeapYear,
  modulo,
  toCivil,
  toEpochDay,
  weekdayOf,
} from "./calendar.ts";
import type { Pattern } from "./pattern.ts";
import type { Skip } from "./rule.ts";
import type { Steps } from "./steps.ts";

/**
 * The number-th day of a span, from its end where negative. A day that the span lacks is left out, or moved as RFC 7529
 * says: BACKWARD to the last day before the gap, FORWARD to the first day after it.
 */
function dayInSpan(first: number, length: number, number: number, skip: Skip): number | null {
  if (Math.abs(number) <= length) return number > 0 ? first + number - 1 : first + length + number;
  if (skip === "OMIT") return null;
  if (number > 0) return skip === "BACKWARD" ? first + length - 1 : first + length;
  return skip === "BACKWARD" ? first - 1 : first;
}

function monthDays({ byMonthDay, skip }: Pattern, year: number, month: number): number[] {
  const first = toEpochDay(year, month, 1);
  const length = daysInMonth(year, month);
  return byMonthDay.map((number) => dayInSpan(first, length, number, skip)).filter((day) => day !== null);
}

function yearDays({ byYearDay, skip }: Pick<Pattern, "byYearDay" | "skip">, year: number): number[] {
  const first = toEpochDay(year, 1, 1);
  return byYearDay.map((number) => dayInSpan(first, daysInYear(year), number, skip)).filter((day) => day !== null);
}

function weekdaysInSpan(first: number, length: number, { byDay }: Pattern): number[] {
  return byDay.flatMap(({ nth, weekday }) => {
    const earliest = first + modulo(weekday - weekdayOf(first), 7);
    const count = Math.floor((first + length - 1 - earliest) / 7) + 1;
    if (nth === 0) return Array.from({ length: count }, (_, week) => earliest + week * 7);
    if (Math.abs(nth) > count) return [];
    return [earliest + 7 * (nth > 0 ? nth - 1 : count + nth)];
  });
}

const monthSpan = (year: number, month: number) => [toEpochDay(year, month, 1), daysInMonth(year, month)] as const;

function isNthWeekday(day: number, pattern: Pattern): boolean {
  const weekday = weekdayOf(day);
  return pattern.byDay.some((entry) => {
    if (entry.weekday !== weekday) return false;
    if (entry.nth === 0) return true;
    const { year, month } = toCivil(day);
    const isInMonth = pattern.frequency === "MONTHLY" || pattern.byMonth.length > 0;
    const [first, length] = isInMonth ? monthSpan(year, month) : [toEpochDay(year, 1, 1), daysInYear(year)];
    const nth = entry.nth > 0 ? Math.floor((day - first) / 7) + 1 : -Math.floor((first + length - 1 - day) / 7) - 1;
    return nth === entry.nth;
  });
}

/** Weeks belong to the year that holds most of them, days to their calendar year: a year has days of its neighbours' weeks. */
function weeksOfYear(pattern: Pattern, year: number): number[] {
  const [newYear, length] = [toEpochDay(year, 1, 1), daysInYear(year)];
  const starts = [year - 1, year, year + 1].flatMap((weekYear) => {
    const first = firstWeekOf(weekYear, pattern.weekStart);
    const weeks = (firstWeekOf(weekYear + 1, pattern.weekStart) - first) / 7;
    return pattern.byWeekNo
      .filter((number) => Math.abs(number) <= weeks)
      .map((number) => first + 7 * (number > 0 ? number - 1 : weeks + number));
  });
  const days = starts.flatMap((start) => Array.from({ length: 7 }, (_, index) => start + index));
  return days.filter((day) => day >= newYear && day < newYear + length);
}

const months = Array.from({ length: 12 }, (_, index) => index + 1);

function expandYear(pattern: Pattern, year: number): number[] {
  const { byMonth, byMonthDay, byYearDay, byWeekNo } = pattern;
  const inMonths = byMonth.length ? byMonth : months;
  const isInMonths = (day: number) => !byMonth.length || byMonth.includes(toCivil(day).month);
  if (byMonthDay.length) return inMonths.flatMap((month) => monthDays(pattern, year, month));
  if (byYearDay.length) return yearDays(pattern, year).filter(isInMonths);
  if (byWeekNo.length) return weeksOfYear(pattern, year).filter(isInMonths);
  if (!byMonth.length) return weekdaysInSpan(toEpochDay(year, 1, 1), daysInYear(year), pattern);
  return inMonths.flatMap((month) => weekdaysInSpan(...monthSpan(year, month), pattern));
}

const sorted = (days: number[]) => [...new Set(days)].sort((a, b) => a - b);

function limitYear(pattern: Pattern, year: number, days: number[]): number[] {
  const { byYearDay, byWeekNo, byMonthDay, byDay } = pattern;
  const yearDaySet = byYearDay.length && byMonthDay.length ? new Set(yearDays(pattern, year)) : null;
  const weekSet =
    byWeekNo.length && (byMonthDay.length || byYearDay.length) ? new Set(weeksOfYear(pattern, year)) : null;
  const limitsWeekdays = byDay.length && (byMonthDay.length || byYearDay.length || byWeekNo.length);
  return days.filter(
    (day) =>
      (!yearDaySet || yearDaySet.has(day)) &&
      (!weekSet || weekSet.has(day)) &&
      (!limitsWeekdays || isNthWeekday(day, pattern)),
  );
}

/** Days of one kind of period, as distances from its first day: years and months repeat in few kinds. */
class Kinds {
  readonly #kinds = new Map<number, number[]>();

  days(kind: number, first: number, steps: Steps, compute: () => number[]): number[] {
    let distances = this.#kinds.get(kind);
    if (!distances) {
      distances = sorted(compute()).map((day) => day - first);
      this.#kinds.set(kind, distances);
    }
    steps.take(distances.length);
    return distances.map((distance) => first + distance);
  }
}

const stepsPerYearKind = 800;
const stepsPerMonthKind = 80;

/** The occurrence days of single years, months or weeks: expanded by the first of the rule's parts in RFC 5545's table, limited by the rest. */
export class PeriodDays {
  readonly #pattern: Pattern;
  readonly #steps: Steps;
  readonly #kinds = new Kinds();
  readonly #months: Set<number> | null;

  constructor(pattern: Pattern, steps: Steps) {
    this.#pattern = pattern;
    this.#steps = steps;
    this.#months = pattern.byMonth.length ? new Set(pattern.byMonth) : null;
  }

  /** Which days a year has depends on the weekday it starts with and on the leap days in and around it. */
  ofYear(year: number): number[] {
    const first = toEpochDay(year, 1, 1);
    const leaps = [year - 1, year, year + 1].map((each) => (isLeapYear(each) ? 1 : 0));
    const kind = weekdayOf(first) * 8 + leaps[0]! * 4 + leaps[1]! * 2 + leaps[2]!;
    return this.#kinds.days(kind, first, this.#steps, () => {
      this.#steps.take(stepsPerYearKind);
      return limitYear(this.#pattern, year, expandYear(this.#pattern, year));
    });
  }

  ofMonth(year: number, month: number): number[] {
    if (this.#months && !this.#months.has(month)) return [];
    const pattern = this.#pattern;
    const first = toEpochDay(year, month, 1);
    const kind = month * 16 + weekdayOf(first) * 2 + (isLeapYear(year) ? 1 : 0);
    return this.#kinds.days(kind, first, this.#steps, () => {
      this.#steps.take(stepsPerMonthKind);
      if (!pattern.byMonthDay.length) return weekdaysInSpan(first, daysInMonth(year, month), pattern);
      return monthDays(pattern, year, month).filter((day) => !pattern.byDay.length || isNthWeekday(day, pattern));
    });
  }

  ofWeek(first: number): number[] {
    const { byDay, weekStart } = this.#pattern;
    const days = this.#kinds.days(0, first, this.#steps, () =>
      byDay.map(({ weekday }) => first + modulo(weekday - weekStart, 7)),
    );
    const months = this.#months;
    return months ? days.filter((day) => months.has(toCivil(day).month)) : days;
  }
}
