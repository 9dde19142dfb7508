import fc from "fast-check";
import { RRuleTemporal } from "rrule-temporal";
import { describe, expect, test } from "vitest";
import { checkRule, type Due, describeRule, dueInstant, next, preview, type Series } from "../src/index.ts";
import { anyRules, ordinaryRules, starts, zones } from "./random-rules.ts";
import { wall } from "./writing.ts";

const dueAt = (start: string, timeZone: string | null, isTimed: boolean): Due => ({
  date: start.slice(0, 10),
  time: isTimed ? start.slice(11) : null,
  timeZone: isTimed ? timeZone : null,
});
const seriesAt = (rrule: string, from: "due" | "completion", due: Due): Series => ({
  recurrence: { rrule, from },
  anchor: due,
  anchorNumber: 1,
  occurrence: due,
  occurrenceNumber: 1,
  due,
});
const momentOf = (due: Due) => dueInstant(due, "UTC") ?? due.date;
const hoursAround = fc.integer({ min: -2000, max: 20_000 });

describe("over random rules", () => {
  test("an independent library finds the same occurrences", () => {
    fc.assert(
      fc.property(ordinaryRules, starts, (rrule, start) => {
        const compact = start.replaceAll("-", "").replace(":", "");
        const oracle = new RRuleTemporal({ rruleString: `DTSTART:${compact}00Z\nRRULE:${rrule}` });
        const mine = preview({ rrule, from: "due" }, dueAt(start, "UTC", true), 6, "UTC").map(wall);
        if (mine.length < 6 && !rrule.includes("COUNT")) return;
        const theirs = oracle
          .all((_, index) => index < 6)
          .map((each) => each.toPlainDateTime().toString().slice(0, 16));
        expect(mine).toEqual(theirs.map((each) => each.replace("T", " ")));
      }),
      { numRuns: 400 },
    );
  });

  test("the next one is later than its own, its due and the completion, and is none of those missed", () => {
    fc.assert(
      fc.property(anyRules, starts, zones, fc.boolean(), hoursAround, (rrule, start, zone, isTimed, hours) => {
        const due = dueAt(start, zone, isTimed);
        const base = dueInstant(dueAt(start, zone, true), "UTC") as string;
        const completedAt = new Date(Date.parse(base) + hours * 3_600_000).toISOString();
        const result = next(seriesAt(rrule, "due", due), completedAt, "UTC");
        if (!result) return;
        const at = momentOf(result.due);
        expect(at > momentOf(due)).toBe(true);
        expect(isTimed ? at > completedAt : at >= completedAt.slice(0, 10)).toBe(true);
        expect(result.occurrenceNumber).toBe(2 + result.missedCount);
        expect(result.missed.map(wall)).not.toContain(wall(result.due));
        expect(result.missed).toHaveLength(Math.min(100, result.missedCount));
      }),
      { numRuns: 1000 },
    );
  });

  test("completing each in time goes through the preview, number by number", () => {
    fc.assert(
      fc.property(anyRules, starts, zones, fc.boolean(), (rrule, start, zone, isTimed) => {
        const [first, ...rest] = preview({ rrule, from: "due" }, dueAt(start, zone, isTimed), 8, "UTC");
        if (!first) return;
        const { at: _, ...anchor } = first;
        let series = seriesAt(rrule, "due", anchor);
        const isSame = preview(series.recurrence, anchor, 8, "UTC");
        if (isSame.map(wall).join() !== [first, ...rest].map(wall).join()) return;
        for (const [index, expected] of rest.entries()) {
          const result = next(series, new Date(0).toISOString(), "UTC");
          expect(result && wall(result.due)).toBe(wall(expected));
          expect(result?.occurrenceNumber).toBe(index + 2);
          if (!result) return;
          series = { ...series, occurrence: result.due, due: result.due, occurrenceNumber: result.occurrenceNumber };
        }
        if (rest.length < 7) expect(next(series, new Date(0).toISOString(), "UTC")).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test("one late completion and many in time count alike", () => {
    fc.assert(
      fc.property(anyRules, starts, zones, fc.integer({ min: 0, max: 8000 }), (rrule, start, zone, hours) => {
        const due = dueAt(start, zone, true);
        const completedAt = new Date(Date.parse(momentOf(due)) + hours * 3_600_000).toISOString();
        const late = next(seriesAt(rrule, "due", due), completedAt, "UTC");
        if (!late || late.missedCount > 60) return;
        let series = seriesAt(rrule, "due", due);
        for (const expected of [...late.missed, late.due]) {
          const result = next(series, new Date(0).toISOString(), "UTC");
          expect(result && wall(result.due)).toBe(wall(expected));
          if (!result) return;
          series = { ...series, occurrence: result.due, due: result.due, occurrenceNumber: result.occurrenceNumber };
        }
        expect(series.occurrenceNumber).toBe(late.occurrenceNumber);
      }),
      { numRuns: 300 },
    );
  });

  test("from the completion, the next one follows it, is another one, and nothing is missed", () => {
    fc.assert(
      fc.property(anyRules, starts, zones, fc.boolean(), hoursAround, (rrule, start, zone, isTimed, hours) => {
        const due = dueAt(start, zone, isTimed);
        const base = dueInstant(dueAt(start, zone, true), "UTC") as string;
        const completedAt = new Date(Date.parse(base) + hours * 3_600_000).toISOString();
        const result = next(seriesAt(rrule, "completion", due), completedAt, "UTC");
        if (!result) return;
        expect(isTimed ? momentOf(result.due) > completedAt : result.due.date > completedAt.slice(0, 10)).toBe(true);
        expect(wall(result.due)).not.toBe(wall(due));
        expect(result.missedCount).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test("every rule that is accepted can be described", () => {
    fc.assert(
      fc.property(anyRules, starts, zones, fc.boolean(), (rrule, start, zone, isTimed) => {
        expect(checkRule(rrule)).toEqual({ ok: true, rrule });
        expect(describeRule({ rrule, from: "due" }, dueAt(start, zone, isTimed))).toMatch(/^(Every|By the rule) /);
        expect(describeRule({ rrule, from: "due" }, null)).not.toMatch(/undefined|NaN|null/);
      }),
      { numRuns: 1000 },
    );
  });

  test("any text is either a rule or refused with a message", () => {
    const noise = fc.array(
      fc.oneof(fc.string(), fc.constantFrom("FREQ=", "DAILY", ";", "=", ",", "BYDAY=", "-1", "UNTIL=", "99", "MO")),
    );
    fc.assert(
      fc.property(noise, (pieces) => {
        const checked = checkRule(pieces.join(""));
        if (!checked.ok) expect(checked.message.length).toBeGreaterThan(10);
      }),
    );
  });
});
