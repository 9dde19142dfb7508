import { expect, test } from "vitest";
import { describeRule } from "../src/index.ts";
import { due } from "./writing.ts";

const backward = ";RSCALE=GREGORIAN;SKIP=BACKWARD";

test.each([
  ["FREQ=DAILY", "2026-03-02 09:00", "Every day at 9:00"],
  ["FREQ=DAILY;INTERVAL=2", "2026-03-02", "Every 2 days"],
  ["FREQ=DAILY;BYHOUR=9,17", "2026-03-02 09:00", "Every day at 9:00 and 17:00"],
  ["FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-03-02 09:30", "Every weekday at 9:30"],
  ["FREQ=DAILY;INTERVAL=2;BYDAY=SA,SU", "2026-03-02", "Every 2 days, only on Sat and Sun"],
  ["FREQ=WEEKLY", "2026-03-02", "Every week on Monday"],
  ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-02", "Every weekday"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-03-02 09:00", "Every 2 weeks on Mon and Thu at 9:00"],
  ["FREQ=MONTHLY", "2026-03-02", "Every month on the 2nd"],
  ["FREQ=MONTHLY", "2026-03-31", "Every month on the 31st (where there is one)"],
  [`FREQ=MONTHLY;BYMONTHDAY=31${backward}`, "2026-03-31 09:00", "Every month on the 31st (or the last day) at 9:00"],
  ["FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "2026-03-01", "Every month on the 1st, 15th and last day"],
  ["FREQ=MONTHLY;BYDAY=-1FR", "2026-03-27", "Every month on the last Friday"],
  ["FREQ=MONTHLY;BYDAY=1MO,3MO", "2026-03-02", "Every month on the first Monday and third Monday"],
  ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-03-31", "Every month on the last weekday"],
  ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-03-13", "Every month on the 13th, if that is a Friday"],
  ["FREQ=YEARLY", "2024-02-29", "Every year on 29 Feb (in leap years)"],
  [`FREQ=YEARLY${backward}`, "2024-02-29", "Every year on 29 Feb (or 28 Feb)"],
  ["FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "2026-01-01", "Every year on 1 Jan and 1 Jul"],
  ["FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26", "Every year on the 4th Thursday of November"],
  ["FREQ=HOURLY", "2026-03-02 09:00", "Every hour"],
  ["FREQ=MINUTELY;INTERVAL=15;BYHOUR=9,10,11", "2026-03-02 09:00", "Every 15 minutes, from 9:00 to 11:59"],
  ["FREQ=DAILY;COUNT=10", "2026-03-02 09:00", "Every day at 9:00, 10 times"],
  ["FREQ=DAILY;COUNT=1", "2026-03-02", "Every day, once"],
  ["FREQ=WEEKLY;BYDAY=MO;UNTIL=20270303", "2026-03-02", "Every week on Monday, until 3 Mar 2027"],
  [
    "FREQ=DAILY;UNTIL=20270302T233000Z",
    "2026-03-02 09:00 Europe/Berlin",
    "Every day at 9:00, until 3 Mar 2027 at 0:30",
  ],
  ["FREQ=YEARLY;BYWEEKNO=20", "2026-05-11", "By the rule FREQ=YEARLY;BYWEEKNO=20"],
  ["FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "2026-03-02", "By the rule FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1"],
])("%s from %s: %s", (rrule, start, text) => {
  expect(describeRule({ rrule, from: "due" }, due(start))).toBe(text);
});

test("counting from the completion is said", () => {
  const rule = { rrule: "FREQ=DAILY;INTERVAL=3;COUNT=10", from: "completion" } as const;
  expect(describeRule(rule, due("2026-03-02 09:00"))).toBe("Every 3 days at 9:00 after completion, 10 times");
});

test("without a due only what the rule itself says is said", () => {
  expect(describeRule({ rrule: "FREQ=MONTHLY", from: "due" }, null)).toBe("Every month");
  expect(describeRule({ rrule: "FREQ=WEEKLY;BYDAY=MO", from: "due" }, null)).toBe("Every week on Monday");
});
