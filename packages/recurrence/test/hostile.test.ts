import { describe, expect, test } from "vitest";
import { nextWithin } from "../src/next.ts";
import { previewWithin } from "../src/preview.ts";
import { Steps } from "../src/steps.ts";
import { due, seriesOf } from "./writing.ts";

const upTo = (count: number, first = 0) => Array.from({ length: count }, (_, index) => index + first).join(",");
const everyMinute = `BYHOUR=${upTo(24)};BYMINUTE=${upTo(60)}`;
const everyWeekday = "BYDAY=MO,TU,WE,TH,FR,SA,SU";

const hostile = [
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=4,6,9,11",
  "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
  `FREQ=DAILY;INTERVAL=14;BYDAY=TU;${everyMinute}`,
  `FREQ=DAILY;${everyMinute};BYSETPOS=-366`,
  "FREQ=DAILY;INTERVAL=100000",
  `FREQ=YEARLY;${everyWeekday};BYMONTHDAY=${upTo(31, 1)};BYSETPOS=-366`,
  `FREQ=YEARLY;${everyWeekday};BYSETPOS=366`,
  `FREQ=YEARLY;BYWEEKNO=${upTo(53, 1)};${everyWeekday};BYSETPOS=366`,
  `FREQ=YEARLY;BYWEEKNO=${upTo(53, 1)};BYMONTHDAY=31;BYMONTH=2,4,6,9,11`,
  `FREQ=YEARLY;BYYEARDAY=${upTo(100, 266)};BYMONTH=1`,
  "FREQ=YEARLY;BYDAY=53MO,-53TU;BYYEARDAY=200",
  "FREQ=MONTHLY;BYDAY=5MO,5TU,5WE;BYMONTHDAY=1,2,3,4,5",
  `FREQ=MONTHLY;BYMONTHDAY=1,31;RSCALE=GREGORIAN;SKIP=FORWARD;${everyMinute}`,
  "FREQ=WEEKLY;BYMONTH=2;BYHOUR=2;BYSETPOS=7",
  "FREQ=WEEKLY;INTERVAL=20871;BYMONTH=2;BYDAY=MO,TU,WE",
  "FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
  "FREQ=HOURLY;INTERVAL=25;BYMONTHDAY=31;BYMONTH=4",
  "FREQ=HOURLY;INTERVAL=99999;BYMONTH=2;BYMONTHDAY=30",
  `FREQ=HOURLY;BYMINUTE=${upTo(60)};BYSETPOS=60,-60`,
  "FREQ=MINUTELY",
  "FREQ=MINUTELY;BYHOUR=2;BYSETPOS=2",
  "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
  "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MINUTELY;INTERVAL=1441;BYMINUTE=1;BYHOUR=2;BYMONTH=2;BYMONTHDAY=30",
];
const starts = ["1970-01-01 09:00 Europe/Berlin", "2026-03-01 09:00 Australia/Lord_Howe", "1970-01-01"];
/** The step that passes the limit is still taken: at most one day's minutes, or one kind of year. */
const bound = Steps.limit + 3000;

describe.each(hostile)("%s", (rrule) => {
  test.each(starts)("is bounded in steps from %s", (start) => {
    for (const from of ["due", "completion"] as const) {
      const forNext = new Steps();
      nextWithin(
        forNext,
        { ...seriesOf(rrule, start), recurrence: { rrule, from } },
        "2026-11-21T10:00:00.000Z",
        "UTC",
        false,
      );
      expect(forNext.taken).toBeLessThan(bound);
      const forPreview = new Steps();
      previewWithin(forPreview, { rrule, from }, due(start), 100, "UTC");
      expect(forPreview.taken).toBeLessThan(bound);
    }
  });
});

test("a lifetime late is well within the bound", () => {
  for (const rrule of ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=HOURLY"]) {
    const steps = new Steps();
    const result = nextWithin(
      steps,
      seriesOf(rrule, "1970-01-01 09:00 Europe/Berlin"),
      "2026-11-21T10:00:00.000Z",
      "UTC",
      false,
    );
    expect(result).not.toBeNull();
    expect(steps.taken).toBeLessThan(Steps.limit);
  }
});

test("the same question takes the same steps, whatever was asked before", () => {
  const series = seriesOf("FREQ=HOURLY;INTERVAL=24;BYHOUR=5", "2026-03-01 09:00 America/New_York");
  const counts = [1, 2].map(() => {
    const steps = new Steps();
    nextWithin(steps, series, "2026-11-21T10:00:00.000Z", "UTC", false);
    return steps.taken;
  });
  expect(counts[0]).toBe(counts[1]);
});
