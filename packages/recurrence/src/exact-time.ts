import { minutesPerDay } from "./calendar.ts";
import type { Clock } from "./clock.ts";
import { DayFilter } from "./day-filter.ts";
import type { Block } from "./expand.ts";
import type { Pattern } from "./pattern.ts";
import type { Steps } from "./steps.ts";

/** An HOURLY or MINUTELY rule on its way through the days. */
class ExactRule {
  readonly #pattern: Pattern;
  readonly #clock: Clock;
  readonly #steps: Steps;
  readonly #hours: Set<number> | null;
  readonly #minutes: Set<number> | null;
  /** Minutes within the hour of an HOURLY rule that has BYMINUTE; null where the instant itself is the occurrence. */
  readonly #withinHour: number[] | null;
  readonly #byPhase = new Map<number, number[]>();
  readonly start: number;
  readonly length: number;

  constructor(pattern: Pattern, start: number, clock: Clock, steps: Steps) {
    this.#pattern = pattern;
    this.#clock = clock;
    this.#steps = steps;
    this.start = start;
    this.length = pattern.interval * (pattern.frequency === "HOURLY" ? 60 : 1);
    this.#hours = pattern.byHour.length ? new Set(pattern.byHour) : null;
    const expands = pattern.frequency === "HOURLY" && pattern.byMinute.length > 0;
    this.#minutes = pattern.byMinute.length && !expands ? new Set(pattern.byMinute) : null;
    this.#withinHour = expands ? this.#choose(pattern.byMinute) : null;
  }

  #choose(minutes: number[]): number[] {
    const { bySetPos } = this.#pattern;
    if (!bySetPos.length) return minutes;
    return minutes.filter((_, index) => bySetPos.includes(index + 1) || bySetPos.includes(index - minutes.length));
  }

  /** BYSETPOS chooses from a set of one, unless BYMINUTE expands the hours. */
  get choosesNothing(): boolean {
    return this.#withinHour ? !this.#withinHour.length : !this.#choose([0]).length;
  }

  firstAtOrAfter(instant: number): number {
    return this.start + Math.max(0, Math.ceil((instant - this.start) / this.length)) * this.length;
  }

  /** The occurrences that one instant of the series stands for, as minutes of its wall-clock day. */
  #collect(minute: number, into: number[]): void {
    const hour = Math.floor(minute / 60);
    if (this.#hours && !this.#hours.has(hour)) return;
    if (this.#withinHour) for (const each of this.#withinHour) into.push(hour * 60 + each);
    else if (!this.#minutes || this.#minutes.has(minute % 60)) into.push(minute);
  }

  /** On a day without a change of the clocks all depends on the day's first instant in the series. */
  onSteadyDay(firstMinute: number): readonly number[] {
    const seen = this.#byPhase.get(firstMinute);
    if (seen) return seen;
    const minutes: number[] = [];
    this.#steps.take(Math.ceil((minutesPerDay - firstMinute) / this.length));
    for (let minute = firstMinute; minute < minutesPerDay; minute += this.length) this.#collect(minute, minutes);
    if (this.#byPhase.size < minutesPerDay) this.#byPhase.set(firstMinute, minutes);
    return minutes;
  }

  /** The minutes of a day, and the next day worth asking about. */
  on(day: number): { minutes: readonly number[]; next: number } {
    const offset = this.#clock.steadyOffset(day);
    if (offset === null) return { minutes: this.#sinceStart(day, this.onChangingDay(day)), next: day + 1 };
    const midnight = day * minutesPerDay - offset;
    const first = this.firstAtOrAfter(midnight);
    const isFar = first >= midnight + 2 * minutesPerDay;
    const next = isFar ? Math.floor(this.#clock.wallOf(first) / minutesPerDay) : day + 1;
    if (first >= midnight + minutesPerDay) return { minutes: [], next };
    return { minutes: this.#sinceStart(day, this.onSteadyDay(first - midnight)), next };
  }

  /** BYMINUTE may reach back into the first hour. */
  #sinceStart(day: number, minutes: readonly number[]): readonly number[] {
    if (this.start < (day - 1) * minutesPerDay || !this.#withinHour) return minutes;
    const startWall = this.#clock.wallOf(this.start);
    return minutes.filter((minute) => day * minutesPerDay + minute >= startWall);
  }

  /** Instant by instant; the second pass of an overlap is left out. */
  onChangingDay(day: number): readonly number[] {
    const midnight = day * minutesPerDay;
    const offsets = [
      this.#clock.offsetAt(midnight - minutesPerDay),
      this.#clock.offsetAt(midnight + 2 * minutesPerDay),
    ];
    const end = midnight + minutesPerDay - Math.min(...offsets);
    const minutes: number[] = [];
    for (let instant = this.firstAtOrAfter(midnight - Math.max(...offsets)); instant < end; instant += this.length) {
      this.#steps.take(2);
      const wall = this.#clock.wallOf(instant);
      const isOnDay = Math.floor(wall / minutesPerDay) === day;
      if (isOnDay && this.#clock.instantOf(wall) === instant) this.#collect(wall - midnight, minutes);
    }
    return [...new Set(minutes)].sort((a, b) => a - b);
  }
}

const maxListed = 16;
const maxLookedAt = 64;

/** Wall-clock candidates of an HOURLY or MINUTELY rule, not before its start, ascending. */
export function* exactBlocks(
  pattern: Pattern,
  start: number,
  from: number,
  clock: Clock,
  steps: Steps,
): Generator<Block[]> {
  const rule = new ExactRule(pattern, start, clock, steps);
  if (rule.choosesNothing) return;
  const filter = new DayFilter(pattern);
  const startDay = Math.floor(clock.wallOf(start) / minutesPerDay);
  let blocks: Block[] = [];
  let lookedAt = 0;
  for (let day = Math.max(from, startDay); day <= pattern.lastDay; lookedAt += 1) {
    steps.take(1);
    const candidate = filter.nextCandidate(day);
    if (candidate === day) {
      const { minutes, next } = rule.on(day);
      if (minutes.length) blocks.push({ day, minutes: pattern.isAllDay ? [0] : minutes });
      day = next;
    } else day = candidate;
    if (blocks.length >= maxListed || (blocks.length && lookedAt >= maxLookedAt)) {
      yield blocks;
      blocks = [];
      lookedAt = 0;
    }
  }
  if (blocks.length) yield blocks;
}
