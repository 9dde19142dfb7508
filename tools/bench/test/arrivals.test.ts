import { expect, test } from "vitest";
import { Arrivals } from "../arrivals.ts";

function arrivalsOf(...events: [id: string, subject: string, version: number][]): Arrivals {
  const arrivals = new Arrivals();
  for (const [index, [id, subject, version]] of events.entries()) arrivals.note(id, { subject, version }, index);
  return arrivals;
}

test("keys may overtake each other", () => {
  const arrivals = arrivalsOf(["a1", "a", 1], ["b1", "b", 1], ["b2", "b", 2], ["a2", "a", 2]);
  expect(arrivals.totals).toEqual({ duplicates: 0, overtaken: 0 });
  expect(arrivals.lost(["a1", "a2", "b1", "b2"])).toBe(0);
});

test("within a key an older event after a newer one is told", () => {
  expect(arrivalsOf(["a1", "a", 1], ["a3", "a", 3], ["a2", "a", 2]).totals).toEqual({ duplicates: 0, overtaken: 1 });
});

test("what comes again is counted and does not make its successors late", () => {
  const arrivals = arrivalsOf(["a1", "a", 1], ["a2", "a", 2], ["a1", "a", 1], ["a2", "a", 2], ["a3", "a", 3]);
  expect(arrivals.totals).toEqual({ duplicates: 2, overtaken: 0 });
});

test("what never came is lost", () => {
  expect(arrivalsOf(["a1", "a", 1], ["a3", "a", 3]).lost(["a1", "a2", "a3"])).toBe(1);
});

test("the first event of a subject is timed, not its later ones", () => {
  expect(arrivalsOf(["a1", "a", 1], ["b1", "b", 1], ["a2", "a", 2]).firstAt).toEqual(
    new Map([
      ["a", 0],
      ["b", 1],
    ]),
  );
});
