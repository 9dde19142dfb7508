import { daysInMonth, daysInYear, toCivil, toEpochDay, weekdayOf } from "./calendar.ts";
import type { Pattern } from "./pattern.ts";

type Days = Pick<Pattern, "byMonth" | "byMonthDay" | "byYearDay" | "byDay">;

const setOf = (values: number[]) => (values.length ? new Set(values) : null);

/** Says day by day whether a DAILY, HOURLY or MINUTELY rule allows it; quick when asked in ascending order. */
export class DayFilter {
  readonly #months: Set<number> | null;
  readonly #monthDays: Set<number> | null;
  readonly #yearDays: Set<number> | null;
  readonly #weekdays: Set<number> | null;
  #monthStart = 0;
  #monthEnd = 0;
  #yearStart = 0;
  #yearLength = 365;
  #monthMatches = false;

  constructor({ byMonth, byMonthDay, byYearDay, byDay }: Days) {
    this.#months = setOf(byMonth);
    this.#monthDays = setOf(byMonthDay);
    this.#yearDays = setOf(byYearDay);
    this.#weekdays = setOf(byDay.map((entry) => entry.weekday));
  }

  /** The day itself where it matches; otherwise the first later day worth asking about. */
  nextCandidate(day: number): number {
    if (day < this.#monthStart || day >= this.#monthEnd) this.#enterMonth(day);
    if (!this.#monthMatches) return this.#monthEnd;
    return this.#matchesInMonth(day) ? day : day + 1;
  }

  #enterMonth(day: number): void {
    const { year, month } = toCivil(day);
    this.#monthStart = toEpochDay(year, month, 1);
    this.#monthEnd = this.#monthStart + daysInMonth(year, month);
    this.#monthMatches = this.#months?.has(month) ?? true;
    this.#yearStart = toEpochDay(year, 1, 1);
    this.#yearLength = daysInYear(year);
  }

  #matchesInMonth(day: number): boolean {
    if (this.#weekdays && !this.#weekdays.has(weekdayOf(day))) return false;
    const monthDays = this.#monthDays;
    if (monthDays && !monthDays.has(day - this.#monthStart + 1) && !monthDays.has(day - this.#monthEnd)) return false;
    if (!this.#yearDays) return true;
    const dayOfYear = day - this.#yearStart + 1;
    return this.#yearDays.has(dayOfYear) || this.#yearDays.has(dayOfYear - this.#yearLength - 1);
  }
}
