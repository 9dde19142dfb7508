import { checkRule, next, type Series } from "@tend/recurrence";
import { summarise } from "./load.ts";
import { type Figure, ms } from "./table.ts";

const rules = 10_000;

/** The next occurrence of many rules, ordinary and hostile, each from a due of its own: the best of three, so that it is the rule's own time. */
export function measureRecurrence(): Figure[] {
  const random = generator(7);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const times: number[] = [];
  let worst = { took: 0, rrule: "" };
  while (times.length < rules) {
    const checked = checkRule(ruleFrom(random, pick));
    if (!checked.ok) continue;
    const series = seriesFrom(checked.rrule, random, pick);
    const at = `20${30 + Math.floor(random() * 40)}-06-15T10:00:00.000Z`;
    const took = Math.min(...[1, 2, 3].map(() => timeOf(() => next(series, at, "Europe/Berlin"))));
    times.push(took);
    if (times.length > 1_000 && took > worst.took) worst = { took, rrule: checked.rrule };
  }
  const { p50, p99 } = summarise(times.slice(1_000), 1);
  return [
    {
      what: "next occurrence, p50 / p99",
      measured: `${ms(p50)} / ${ms(p99)}`,
      budget: "p99 ≤ 1 ms",
      isWithin: p99 <= 1,
    },
    {
      what: `next occurrence, worst (${worst.rrule.slice(0, 60)})`,
      measured: ms(worst.took),
      budget: "≤ 10 ms",
      isWithin: worst.took <= 10,
    },
  ];
}

function timeOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

type Pick = <T>(values: readonly T[]) => T;

function ruleFrom(random: () => number, pick: Pick): string {
  const number = (most: number) => 1 + Math.floor(random() * most);
  const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
  const parts = [`FREQ=${pick(["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"])}`];
  const maybe = (share: number, part: () => string) => random() < share && parts.push(part());
  maybe(0.4, () => `INTERVAL=${number(pick([3, 30, 900]))}`);
  maybe(0.2, () => `COUNT=${number(400)}`);
  maybe(0.3, () => `BYDAY=${[...new Set([pick(days), pick(days)])].join(",")}`);
  maybe(0.3, () => `BYMONTHDAY=${pick([31, 30, 29, -1, number(28)])}`);
  maybe(0.3, () => `BYMONTH=${pick([2, 2, number(12)])}`);
  maybe(0.1, () => `BYSETPOS=${pick([-1, 1, number(5)])}`);
  maybe(0.1, () => `BYHOUR=${number(23)}`);
  maybe(0.1, () => "RSCALE=GREGORIAN;SKIP=BACKWARD");
  return parts.join(";");
}

function seriesFrom(rrule: string, random: () => number, pick: Pick): Series {
  const two = (most: number) => String(1 + Math.floor(random() * most)).padStart(2, "0");
  const date = `20${30 + Math.floor(random() * 30)}-${two(12)}-${two(28)}`;
  const due = {
    date,
    time: pick([null, "02:30", "09:00"]),
    timeZone: pick([null, "Europe/Berlin", "America/New_York"]),
  };
  const recurrence = { rrule, from: pick(["due", "due", "completion"] as const) };
  return { recurrence, anchor: due, anchorNumber: 1, occurrence: due, occurrenceNumber: 1, due };
}

/** Mulberry32: the same rules in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
