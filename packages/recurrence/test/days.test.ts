import { describe, expect, test } from "vitest";
import { previewed } from "./writing.ts";

const backward = "RSCALE=GREGORIAN;SKIP=BACKWARD";
const forward = "RSCALE=GREGORIAN;SKIP=FORWARD";

describe("month ends", () => {
  test.each([
    ["FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"],
    [`FREQ=MONTHLY;BYMONTHDAY=31;${backward}`, "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31"],
    [`FREQ=MONTHLY;${backward}`, "2027-12-30", "2027-12-30 2028-01-30 2028-02-29 2028-03-30"],
    [`FREQ=MONTHLY;BYMONTHDAY=31;${forward}`, "2026-01-31", "2026-01-31 2026-03-01 2026-03-31 2026-05-01 2026-05-31"],
    [`FREQ=MONTHLY;BYMONTHDAY=1,31;${forward}`, "2026-04-01", "2026-04-01 2026-05-01 2026-05-31 2026-06-01 2026-07-01"],
    [`FREQ=MONTHLY;BYMONTHDAY=30,31;${backward}`, "2026-01-30", "2026-01-30 2026-01-31 2026-02-28 2026-03-30"],
    [`FREQ=MONTHLY;BYMONTHDAY=-31;${backward}`, "2026-05-01", "2026-05-01 2026-05-31 2026-07-01 2026-08-01 2026-08-31"],
    [`FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31;${backward}`, "2026-01-31", "2026-01-31 2026-04-30 2026-07-31 2026-10-31"],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31"],
    ["FREQ=MONTHLY;BYMONTHDAY=-3", "2028-02-27", "2028-02-27 2028-03-29 2028-04-28"],
    ["FREQ=MONTHLY;BYMONTHDAY=15,-1", "2026-02-15", "2026-02-15 2026-02-28 2026-03-15"],
  ])("%s from %s", (rrule, start, expected) => {
    const dates = expected.split(" ");
    expect(previewed(rrule, start, dates.length)).toEqual(dates);
  });
});

describe("years", () => {
  test.each([
    ["FREQ=YEARLY", "2024-02-29", "2024-02-29 2028-02-29 2032-02-29"],
    ["FREQ=YEARLY", "2096-02-29", "2096-02-29 2104-02-29"],
    [`FREQ=YEARLY;${backward}`, "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"],
    [`FREQ=YEARLY;${forward}`, "2024-02-29", "2024-02-29 2025-03-01 2026-03-01 2027-03-01 2028-02-29"],
    [`FREQ=YEARLY;BYYEARDAY=366;${backward}`, "2024-12-31", "2024-12-31 2025-12-31 2026-12-31"],
    ["FREQ=YEARLY;BYYEARDAY=-1,100", "2026-04-10", "2026-04-10 2026-12-31 2027-04-10"],
    ["FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2024-01-01", "2024-01-01 2024-12-30 2025-12-29 2027-01-04"],
    ["FREQ=YEARLY;BYWEEKNO=20", "2026-05-11", "2026-05-11 2027-05-17 2028-05-15"],
    ["FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "2026-01-01", "2026-01-01 2026-07-01 2027-01-01"],
    ["FREQ=YEARLY;BYDAY=20MO", "2026-05-18", "2026-05-18 2027-05-17 2028-05-15"],
    ["FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26", "2026-11-26 2027-11-25 2028-11-23"],
    ["FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "2024-11-05", "2024-11-05 2028-11-07"],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", "2032-02-29", "2032-02-29 2060-02-29"],
    ["FREQ=YEARLY;BYYEARDAY=1;BYDAY=WE", "2025-01-01", "2025-01-01 2031-01-01"],
  ])("%s from %s", (rrule, start, expected) => {
    const dates = expected.split(" ");
    expect(previewed(rrule, start, dates.length)).toEqual(dates);
  });

  test("end with 9999", () => {
    expect(previewed("FREQ=YEARLY", "9998-06-01", 5)).toEqual(["9998-06-01", "9999-06-01"]);
  });
});

describe("weekdays", () => {
  test.each([
    ["FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", "2026-01-30 2026-02-27 2026-03-27"],
    ["FREQ=MONTHLY;BYDAY=5MO", "2026-03-30", "2026-03-30 2026-06-29 2026-08-31"],
    ["FREQ=MONTHLY;BYDAY=1MO,3MO", "2026-03-02", "2026-03-02 2026-03-16 2026-04-06"],
    ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-02-13", "2026-02-13 2026-03-13 2026-11-13"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30", "2026-01-30 2026-02-27 2026-03-31"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-02-02", "2026-02-02 2026-03-02 2026-04-01 2026-05-01"],
    ["FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", "2026-03-05", "2026-03-05 2026-04-07 2026-05-07"],
    ["FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-03-06", "2026-03-06 2026-03-09 2026-03-10"],
    ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-06", "2026-03-06 2026-03-09 2026-03-10"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"],
    ["FREQ=WEEKLY;BYDAY=TU,FR,SA;BYSETPOS=1", "2031-03-08", "2031-03-11 2031-03-18"],
    ["FREQ=WEEKLY;BYMONTH=3;BYDAY=SA", "2026-03-28", "2026-03-28 2027-03-06"],
    ["FREQ=DAILY;INTERVAL=2", "2026-02-27", "2026-02-27 2026-03-01 2026-03-03"],
    ["FREQ=DAILY;INTERVAL=10;BYMONTH=1", "2026-01-01", "2026-01-01 2026-01-11 2026-01-21 2026-01-31 2027-01-06"],
    ["FREQ=WEEKLY;BYDAY=MO", "2026-03-04", "2026-03-09 2026-03-16"],
  ])("%s from %s", (rrule, start, expected) => {
    const dates = expected.split(" ");
    expect(previewed(rrule, start, dates.length)).toEqual(dates);
  });

  test("BYSETPOS chooses among the times of a day too", () => {
    expect(previewed("FREQ=DAILY;BYHOUR=9,13,17;BYSETPOS=-1,1", "2026-03-01 09:00 UTC", 3)).toEqual([
      "2026-03-01 09:00",
      "2026-03-01 17:00",
      "2026-03-02 09:00",
    ]);
  });

  test("an all-day task has dates only, whatever the rule says about hours", () => {
    expect(previewed("FREQ=DAILY;BYHOUR=9,17", "2026-03-01", 2)).toEqual(["2026-03-01", "2026-03-02"]);
    expect(previewed("FREQ=HOURLY;INTERVAL=8", "2026-03-01", 2)).toEqual(["2026-03-01", "2026-03-02"]);
  });
});

describe("the end of a rule", () => {
  test.each([
    ["FREQ=DAILY;COUNT=3", "2026-03-01", 3],
    ["FREQ=WEEKLY;BYDAY=MO;COUNT=3", "2026-03-04", 3],
    ["FREQ=DAILY;UNTIL=20260303", "2026-03-01", 3],
    ["FREQ=DAILY;UNTIL=20260303", "2026-03-01 09:00 Europe/Berlin", 3],
    ["FREQ=DAILY;UNTIL=20260303T090000", "2026-03-01 09:00", 3],
    ["FREQ=DAILY;UNTIL=20260303T085900", "2026-03-01 09:00", 2],
    ["FREQ=DAILY;UNTIL=20260303T080000Z", "2026-03-01 09:00 Europe/Berlin", 3],
    ["FREQ=DAILY;UNTIL=20260303T075959Z", "2026-03-01 09:00 Europe/Berlin", 2],
    ["FREQ=DAILY;UNTIL=20260228", "2026-03-01", 0],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-03-01", 0],
  ])("%s from %s has %i", (rrule, start, count) => {
    expect(previewed(rrule, start, 10)).toHaveLength(count);
  });
});
