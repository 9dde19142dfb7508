import { minutesPerDay } from "./calendar.ts";
import { Clock } from "./clock.ts";
import { exactBlocks } from "./exact-time.ts";
import { type Block, wallBlocks } from "./expand.ts";
import type { Pattern } from "./pattern.ts";
import type { Steps } from "./steps.ts";

/** Occurrences of one day: minute `m` of it is the instant `day * 1440 + m - offset`, in minutes since 1970. */
export type Run = { day: number; minutes: readonly number[]; offset: number };

type Candidate = { day: number; minute: number; instant: number; isMoved: boolean };

function candidatesOf({ day, minutes }: Block, clock: Clock): Candidate[] {
  return minutes.map((minute) => {
    const wall = day * minutesPerDay + minute;
    const instant = clock.instantOf(wall);
    return { day, minute, instant, isMoved: clock.wallOf(instant) !== wall };
  });
}

/** Around a change of the clocks: by instant, and where a time moved out of a gap onto another, that other one stays. */
function settle(candidates: Candidate[]): Run[] {
  candidates.sort((a, b) => a.instant - b.instant || Number(a.isMoved) - Number(b.isMoved));
  return candidates
    .filter((candidate, index) => candidate.instant !== candidates[index - 1]?.instant)
    .map(({ day, minute, instant }) => ({ day, minutes: [minute], offset: day * minutesPerDay + minute - instant }));
}

function* onClock(lists: Iterable<Block[]>, clock: Clock, steps: Steps): Generator<Run[]> {
  let unsettled: Candidate[] = [];
  const settleInto = (runs: Run[]) => {
    runs.push(...settle(unsettled));
    unsettled = [];
  };
  const add = (block: Block, runs: Run[]) => {
    const offset = clock.steadyOffset(block.day);
    const last = unsettled.at(-1);
    if (last && (offset !== null || block.day > last.day + 2)) settleInto(runs);
    if (offset !== null) return runs.push({ day: block.day, minutes: block.minutes, offset });
    steps.take(block.minutes.length * 2);
    return unsettled.push(...candidatesOf(block, clock));
  };
  const runs: Run[] = [];
  try {
    for (const blocks of lists) {
      for (const block of blocks) add(block, runs);
      yield runs.splice(0);
    }
  } catch (error) {
    settleInto(runs);
    yield runs;
    throw error;
  }
  settleInto(runs);
  yield runs;
}

/** All occurrences of a pattern by instant, from about the day `from`; `instant` says exactly where HOURLY and MINUTELY start. */
export function* runsOf(
  pattern: Pattern,
  from: number,
  zone: string,
  steps: Steps,
  instant?: number,
): Generator<Run[]> {
  const clock = new Clock(pattern.isAllDay ? "UTC" : zone, steps);
  const start = instant ?? clock.instantOf(pattern.start.day * minutesPerDay + pattern.start.minute);
  const blocks = pattern.isExact ? exactBlocks(pattern, start, from, clock, steps) : wallBlocks(pattern, from, steps);
  yield* onClock(blocks, clock, steps);
}

export function* flat(lists: Iterable<Run[]>): Generator<Run> {
  for (const list of lists) yield* list;
}
