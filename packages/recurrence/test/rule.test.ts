import { describe, expect, test } from "vitest";
import { checkRule, next, RuleError } from "../src/index.ts";
import { seriesOf } from "./writing.ts";

const messageOf = (rrule: string) => {
  const checked = checkRule(rrule);
  return checked.ok ? null : checked.message;
};

describe("valid rules", () => {
  test.each([
    ["freq=daily", "FREQ=DAILY"],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO,+1TU;", null],
    [
      "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD",
      "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD",
    ],
    [" FREQ=MONTHLY;BYDAY=-1FR ", "FREQ=MONTHLY;BYDAY=-1FR"],
    ["FREQ=DAILY;UNTIL=20270303T235959Z", "FREQ=DAILY;UNTIL=20270303T235959Z"],
    ["FREQ=DAILY;BYSECOND=0", "FREQ=DAILY;BYSECOND=0"],
    ["FREQ=YEARLY;BYWEEKNO=-53,53;BYDAY=MO;WKST=SU", "FREQ=YEARLY;BYWEEKNO=-53,53;BYDAY=MO;WKST=SU"],
  ])("%s", (rrule, stored) => {
    const checked = checkRule(rrule);
    if (stored) expect(checked).toEqual({ ok: true, rrule: stored });
    else expect(checked.ok).toBe(false);
  });
});

test.each([
  ["", "parts such as FREQ=DAILY"],
  ["every day", "parts such as"],
  ["FREQ", "parts such as"],
  ["FREQ=", "parts such as"],
  ["FREQ=DAILY=1", "parts such as"],
  ["INTERVAL=2", "needs FREQ"],
  ["FREQ=FORTNIGHTLY", "FREQ must be one of"],
  ["FREQ=SECONDLY", "every second"],
  ["FREQ=DAILY;FREQ=DAILY", "given twice"],
  ["FREQ=DAILY;FOO=1", '"FOO" is not a part'],
  ["FREQ=DAILY;CONSTRUCTOR=1", "is not a part"],
  ["FREQ=DAILY;COUNT=0", "COUNT must be"],
  ["FREQ=DAILY;COUNT=-1", "COUNT must be"],
  ["FREQ=DAILY;COUNT=1e3", "COUNT must be"],
  ["FREQ=DAILY;INTERVAL=0", "INTERVAL must be"],
  ["FREQ=DAILY;INTERVAL=1000000", "INTERVAL must be"],
  ["FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL"],
  ["FREQ=DAILY;UNTIL=20270231", "UNTIL must be"],
  ["FREQ=DAILY;UNTIL=2027-02-01", "UNTIL must be"],
  ["FREQ=DAILY;UNTIL=20270201T250000Z", "UNTIL must be"],
  ["FREQ=DAILY;BYHOUR=25", "BYHOUR takes"],
  ["FREQ=DAILY;BYHOUR=-1", "BYHOUR takes"],
  ["FREQ=DAILY;BYMINUTE=60", "BYMINUTE takes"],
  ["FREQ=DAILY;BYSECOND=30", "BYSECOND must be 0"],
  ["FREQ=DAILY;BYMONTH=13", "BYMONTH takes"],
  ["FREQ=DAILY;BYMONTH=5L", "BYMONTH takes"],
  ["FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY takes"],
  ["FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY takes"],
  ["FREQ=MONTHLY;BYMONTHDAY=1,", "BYMONTHDAY takes"],
  ["FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go"],
  ["FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY does not go"],
  ["FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO needs"],
  ["FREQ=WEEKLY;BYDAY=XX", "BYDAY takes"],
  ["FREQ=WEEKLY;BYDAY=MONDAY", "BYDAY takes"],
  ["FREQ=WEEKLY;BYDAY=2MO", "numbered weekday"],
  ["FREQ=MONTHLY;BYDAY=0MO", "BYDAY takes"],
  ["FREQ=MONTHLY;BYDAY=6MO", "more than five"],
  ["FREQ=YEARLY;BYWEEKNO=1;BYDAY=2MO", "does not go with BYWEEKNO"],
  ["FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs"],
  ["FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS takes"],
  ["FREQ=MONTHLY;SKIP=BACKWARD", "SKIP needs RSCALE"],
  ["FREQ=MONTHLY;RSCALE=HEBREW", "RSCALE must be GREGORIAN"],
  ["FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=UP", "SKIP must be"],
  [`FREQ=DAILY;BYHOUR=${"1,".repeat(400)}1`, "at most 500"],
])("%s is refused: %s", (rrule, message) => {
  expect(messageOf(rrule)).toContain(message);
});

test("an invalid rule is an error of its own kind for the functions that expand it", () => {
  expect(() => next(seriesOf("FREQ=NEVER", "2026-03-01"), "2026-03-01T00:00:00.000Z", "UTC")).toThrow(RuleError);
});
