import { modulo, toCivil, weekdayOf } from "./calendar.ts";
import { DayFilter } from "./day-filter.ts";
import type { Pattern } from "./pattern.ts";
import { PeriodDays } from "./period-days.ts";
import type { Steps } from "./steps.ts";

/** Occurrences of one day, as minutes of its wall clock in ascending order. */
export type Block = { day: number; minutes: readonly number[] };

/** Occurrence days of one period after the other. Starts at the last period that can hold `from` or a day before it. */
function* periods(pattern: Pattern, from: number, steps: Steps): Generator<number[]> {
  const { start, interval, frequency } = pattern;
  const days = new PeriodDays(pattern, steps);
  const startsAt = toCivil(start.day);
  const fromCivil = toCivil(Math.max(from, start.day));
  const last = toCivil(pattern.lastDay);
  const skipTo = (distance: number) => Math.max(0, Math.floor(distance / interval) - 1) * interval;
  if (frequency === "YEARLY") {
    const first = startsAt.year + skipTo(fromCivil.year - startsAt.year);
    for (let year = first; year <= last.year; year += interval) {
      steps.take(1);
      yield days.ofYear(year);
    }
  } else if (frequency === "MONTHLY") {
    const anchor = startsAt.year * 12 + startsAt.month - 1;
    const first = anchor + skipTo(fromCivil.year * 12 + fromCivil.month - 1 - anchor);
    for (let month = first; month < last.year * 12 + last.month; month += interval) {
      steps.take(1);
      yield days.ofMonth(Math.floor(month / 12), (month % 12) + 1);
    }
  } else {
    const anchor = start.day - modulo(weekdayOf(start.day) - pattern.weekStart, 7);
    const first = anchor + 7 * skipTo(Math.floor((Math.max(from, start.day) - anchor) / 7));
    for (let week = first; week <= pattern.lastDay; week += 7 * interval) {
      steps.take(1);
      yield days.ofWeek(week);
    }
  }
}

/** Lists of days, short enough that looking ahead costs little and long enough that handing them on does. */
const maxListed = 16;
const maxLookedAt = 64;

function* everyFewDays(pattern: Pattern, from: number, steps: Steps): Generator<number[]> {
  const { start, interval, lastDay } = pattern;
  const filter = new DayFilter(pattern);
  const align = (day: number) => start.day + Math.ceil((day - start.day) / interval) * interval;
  let days: number[] = [];
  let lookedAt = 0;
  for (let day = align(Math.max(from, start.day)); day <= lastDay; lookedAt += 1) {
    steps.take(1);
    const candidate = filter.nextCandidate(day);
    if (candidate === day) days.push(day);
    if (days.length >= maxListed || (days.length && lookedAt >= maxLookedAt)) {
      yield days;
      days = [];
      lookedAt = 0;
    }
    day = candidate > day ? align(candidate) : day + interval;
  }
  if (days.length) yield days;
}

type Choice = { index: number; minutes: number[] };

/** The days, by their place in the period, and times that BYSETPOS chooses. */
function choose({ bySetPos, times }: Pattern, dayCount: number): Choice[] {
  const size = dayCount * times.length;
  const indexes = bySetPos.map((position) => (position > 0 ? position - 1 : size + position));
  const choices: Choice[] = [];
  for (const index of [...new Set(indexes)].filter((each) => each >= 0 && each < size).sort((a, b) => a - b)) {
    const day = Math.floor(index / times.length);
    const minute = times[index % times.length] as number;
    const last = choices.at(-1);
    if (last?.index === day) last.minutes.push(minute);
    else choices.push({ index: day, minutes: [minute] });
  }
  return choices;
}

/** Turns the days of a period into occurrences: all times of each, or those that BYSETPOS chooses from the period. */
function timesOf(pattern: Pattern): (days: number[]) => Block[] {
  const { bySetPos, times, frequency } = pattern;
  if (!bySetPos.length) return (days) => days.map((day) => ({ day, minutes: times }));
  if (frequency === "DAILY") {
    const minutes = choose(pattern, 1)[0]?.minutes ?? [];
    return (days) => days.map((day) => ({ day, minutes }));
  }
  const bySize = new Map<number, Choice[]>();
  return (days) => {
    const choices = bySize.get(days.length) ?? choose(pattern, days.length);
    bySize.set(days.length, choices);
    return choices.map(({ index, minutes }) => ({ day: days[index] as number, minutes }));
  };
}

/** Of a day that SKIP moved onto one already seen, only what is new. */
class Seen {
  #day = Number.NEGATIVE_INFINITY;
  #minutes: readonly number[] = [];

  filter(block: Block, steps: Steps): Block {
    if (block.day !== this.#day) {
      this.#day = block.day;
      this.#minutes = block.minutes;
      return block;
    }
    steps.take(block.minutes.length);
    const before = new Set(this.#minutes);
    this.#minutes = [...this.#minutes, ...block.minutes];
    return { day: block.day, minutes: block.minutes.filter((minute) => !before.has(minute)) };
  }
}

/** Wall-clock candidates of a DAILY or coarser rule, not before its start, ascending; may begin a little before `from`. */
export function* wallBlocks(pattern: Pattern, from: number, steps: Steps): Generator<Block[]> {
  const { start, lastDay, times } = pattern;
  const seen = new Seen();
  const toBlocks = timesOf(pattern);
  const sinceStart = ({ day, minutes }: Block): Block =>
    day === start.day ? { day, minutes: minutes.filter((minute) => minute >= start.minute) } : { day, minutes };
  steps.take(times.length >> 2);
  const source = pattern.frequency === "DAILY" ? everyFewDays : periods;
  for (const days of source(pattern, from, steps)) {
    if (!days.length) continue;
    const blocks = toBlocks(days).filter(({ day }) => day >= start.day && day <= lastDay);
    yield blocks.map((block) => seen.filter(sinceStart(block), steps)).filter(({ minutes }) => minutes.length > 0);
  }
}
