import { minutesPerDay } from "./calendar.ts";
import type { Steps } from "./steps.ts";

/** A stretch of time without a change of the clocks. Instants and offsets in minutes; `change` is by how much it began. */
type Stretch = { start: number; end: number; offset: number; change: number };

const holds = (stretch: Stretch, instant: number) => instant >= stretch.start && instant < stretch.end;

const known = new Map<string, Stretch[]>();
const maxKnown = 400;
/** Asking the time zone database costs about as much as this many steps. */
const stepsPerStretch = 150;

const toZoned = (minutes: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(minutes * 60_000).toZonedDateTimeISO(zone);
const offsetAt = (minutes: number, zone: string) => Math.round(toZoned(minutes, zone).offsetNanoseconds / 60e9);
const minutesOf = (moment: Temporal.ZonedDateTime) => Math.ceil(moment.epochMilliseconds / 60_000);

function lookUp(instant: number, zone: string): Stretch {
  const moment = toZoned(instant, zone);
  const before = moment.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
  const after = moment.getTimeZoneTransition("next");
  const start = before ? minutesOf(before) : Number.NEGATIVE_INFINITY;
  const offset = offsetAt(instant, zone);
  const change = before ? Math.abs(offset - offsetAt(start - 1, zone)) : 0;
  return { start, end: after ? minutesOf(after) : Number.POSITIVE_INFINITY, offset, change };
}

function find(instant: number, zone: string): Stretch {
  const stretches = known.get(zone) ?? [];
  const found = stretches.find((stretch) => holds(stretch, instant));
  if (found) return found;
  const stretch = lookUp(instant, zone);
  known.set(zone, stretches.length < maxKnown ? [...stretches, stretch] : [stretch]);
  return stretch;
}

/** A zone's clock in whole minutes since 1970; quick for moments that lie near each other. */
export class Clock {
  readonly #zone: string;
  readonly #steps: Steps;
  #current: Stretch = { start: 0, end: 0, offset: 0, change: 0 };
  #other = this.#current;

  constructor(zone: string, steps: Steps) {
    this.#zone = zone;
    this.#steps = steps;
  }

  #stretchAt(instant: number): Stretch {
    if (holds(this.#current, instant)) return this.#current;
    [this.#current, this.#other] = [this.#other, this.#current];
    if (holds(this.#current, instant)) return this.#current;
    this.#steps.take(stepsPerStretch);
    this.#current = find(instant, this.#zone);
    return this.#current;
  }

  offsetAt(instant: number): number {
    return this.#stretchAt(instant).offset;
  }

  wallOf(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** A time in a gap moves forward by the gap; of a time that comes twice the first counts. */
  instantOf(wall: number): number {
    const before = wall - this.offsetAt(wall - minutesPerDay);
    if (this.wallOf(before) === wall) return before;
    const after = wall - this.offsetAt(wall + minutesPerDay);
    return this.wallOf(after) === wall ? after : before;
  }

  /** The offset of a day that no change of the clocks touches; null for one that begins, ends or repeats strangely. */
  steadyOffset(day: number): number | null {
    const { offset, start, end, change } = this.#stretchAt(day * minutesPerDay - this.#current.offset);
    const midnight = day * minutesPerDay - offset;
    return start + change <= midnight && midnight + minutesPerDay <= end ? offset : null;
  }
}
