import { describe, expect, it } from "vitest";
import { parseRule, ruleFor, unending, writeRule } from "../lib/rules/rule";
import { sayRule } from "../lib/rules/wording";

describe("the rule editor", () => {
  it.each([
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;RSCALE=GREGORIAN;SKIP=BACKWARD",
    "FREQ=WEEKLY;BYDAY=SA;UNTIL=20271231",
    "FREQ=DAILY;COUNT=10",
  ])("writes %s as it read it", (rrule) => expect(writeRule(parseRule(rrule)!)).toBe(rrule));

  it.each(["FREQ=HOURLY", "FREQ=MONTHLY;BYDAY=MO,TU", "FREQ=DAILY;BYHOUR=9", "FREQ=YEARLY;BYDAY=1MO", "nonsense"])(
    "leaves %s to the server",
    (rrule) => expect(parseRule(rrule)).toBeNull(),
  );

  it("takes the day from the due where the rule has none", () =>
    expect(parseRule("FREQ=MONTHLY", "2026-11-21")).toMatchObject({ by: { kind: "day", day: 21 } }));

  it("clamps days that some months lack", () => {
    expect(writeRule(ruleFor("MONTHLY", "2026-01-30", unending))).toContain("SKIP=BACKWARD");
    expect(writeRule(ruleFor("MONTHLY", "2026-01-28", unending))).not.toContain("SKIP");
  });
});

describe("a rule in a few words", () => {
  it.each([
    ["FREQ=DAILY", "Every day"],
    ["FREQ=DAILY;INTERVAL=2", "Every 2 days"],
    ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every workday"],
    ["FREQ=WEEKLY;BYDAY=SA", "Every Sat"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "Every 2 weeks on Mon, Thu"],
    ["FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD", "Every month"],
    ["FREQ=MONTHLY;BYDAY=-1FR", "Every month, last Fri"],
    ["FREQ=HOURLY;INTERVAL=4", "Every 4 hours"],
    ["FREQ=YEARLY;BYWEEKNO=20", "Repeats"],
  ])("%s is %s", (rrule, words) => expect(sayRule(rrule, "en-GB")).toBe(words));
});
