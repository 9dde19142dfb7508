import { describe, expect, test } from "vitest";
import { dueInstant, endOfDay, fireAt, isTimeZone, next, startOfDay, today } from "../src/index.ts";
import { due, instants, nextWall, previewed, seriesOf } from "./writing.ts";

describe("gaps and overlaps", () => {
  test.each([
    ["2026-03-29 02:30 Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25 02:30 Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-03-08 02:30 America/New_York", "2026-03-08T07:30:00.000Z"],
    ["2026-11-01 01:30 America/New_York", "2026-11-01T05:30:00.000Z"],
    ["2026-10-04 02:15 Australia/Lord_Howe", "2026-10-03T15:45:00.000Z"],
    ["2026-04-05 01:45 Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
    ["2026-03-29 02:30 Asia/Kolkata", "2026-03-28T21:00:00.000Z"],
    ["2011-12-30 09:00 Pacific/Apia", "2011-12-30T19:00:00.000Z"],
  ])("%s is %s", (text, instant) => {
    expect(dueInstant(due(text), "UTC")).toBe(instant);
  });

  test("a time in a gap moves on that day only, and keeps its wall clock", () => {
    expect(instants("FREQ=DAILY", "2026-03-28 02:30 Europe/Berlin", 3)).toEqual([
      "2026-03-28T01:30:00.000Z",
      "2026-03-29T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    expect(previewed("FREQ=DAILY", "2026-03-28 02:30 Europe/Berlin", 2)[1]).toBe("2026-03-29 02:30");
  });

  test("a time that moves onto another of the same rule is not there twice", () => {
    expect(previewed("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15", "2026-03-28 02:15 Europe/Berlin", 5)).toEqual([
      "2026-03-28 02:15",
      "2026-03-28 03:15",
      "2026-03-29 03:15",
      "2026-03-30 02:15",
      "2026-03-30 03:15",
    ]);
  });

  test("wall-clock rules keep their hour across a change", () => {
    expect(instants("FREQ=WEEKLY", "2026-10-31 09:00 America/New_York", 2)).toEqual([
      "2026-10-31T13:00:00.000Z",
      "2026-11-07T14:00:00.000Z",
    ]);
  });

  test("a day that a zone skipped is skipped", () => {
    expect(previewed("FREQ=DAILY", "2011-12-29 09:00 Pacific/Apia", 3)).toEqual([
      "2011-12-29 09:00",
      "2011-12-31 09:00",
      "2012-01-01 09:00",
    ]);
    const series = seriesOf("FREQ=DAILY", "2011-12-29 09:00 Pacific/Apia");
    expect(nextWall(series, "2011-12-29T19:00:00.000Z")).toBe("2011-12-31 09:00 #2 missed 0");
  });

  test("after an occurrence in the gap comes the next day's, at its own hour", () => {
    const series = seriesOf("FREQ=DAILY", "2026-03-28 02:30 Europe/Berlin", {
      occurrence: due("2026-03-29 02:30 Europe/Berlin"),
      occurrenceNumber: 2,
    });
    expect(nextWall(series, "2026-03-29T01:30:00.000Z")).toBe("2026-03-30 02:30 #3 missed 0");
  });

  test("in an overlap the second pass repeats nothing", () => {
    const series = seriesOf("FREQ=DAILY", "2026-10-25 02:30 Europe/Berlin");
    expect(nextWall(series, "2026-10-25T01:30:00.000Z")).toBe("2026-10-26 02:30 #2 missed 0");
  });
});

describe("exact time", () => {
  test.each([
    ["FREQ=HOURLY", "2026-03-29 00:30 Europe/Berlin", "00:30 01:30 03:30 04:30"],
    ["FREQ=HOURLY", "2026-10-25 00:30 Europe/Berlin", "00:30 01:30 02:30 03:30"],
    ["FREQ=MINUTELY;INTERVAL=30", "2026-10-25 01:30 Europe/Berlin", "01:30 02:00 02:30 03:00 03:30"],
    ["FREQ=HOURLY", "2026-10-04 00:00 Australia/Lord_Howe", "00:00 01:00 02:30 03:30"],
    ["FREQ=HOURLY", "2026-04-05 00:00 Australia/Lord_Howe", "00:00 01:00 02:30 03:30"],
    ["FREQ=HOURLY;INTERVAL=24", "2026-03-28 09:00 Europe/Berlin", "09:00 10:00 10:00"],
    ["FREQ=HOURLY;INTERVAL=36", "2026-03-01 09:00 Asia/Kolkata", "09:00 21:00 09:00"],
    ["FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=0,30", "2026-03-01 09:30 UTC", "09:30 10:00 10:30 09:00"],
    ["FREQ=MINUTELY;INTERVAL=20;BYHOUR=9", "2026-03-01 09:00 UTC", "09:00 09:20 09:40 09:00"],
  ])("%s from %s", (rrule, start, expected) => {
    const times = expected.split(" ");
    expect(previewed(rrule, start, times.length).map((each) => each.slice(11))).toEqual(times);
  });

  test("missed ones leave out the second pass too", () => {
    const series = seriesOf("FREQ=HOURLY", "2026-10-25 00:30 Europe/Berlin");
    expect(nextWall(series, "2026-10-25T03:00:00.000Z")).toBe("2026-10-25 04:30 #5 missed 3");
  });

  test("floating dues run in the viewer's zone", () => {
    const series = seriesOf("FREQ=HOURLY", "2026-03-29 01:30");
    expect(nextWall(series, "2026-03-29T00:00:00.000Z", "Europe/Berlin")).toBe("2026-03-29 03:30 #2 missed 0");
    expect(next(series, "2026-03-29T00:00:00.000Z", "UTC")?.due).toEqual(due("2026-03-29 02:30"));
  });
});

describe("days and reminders", () => {
  test("a day begins and ends by its zone", () => {
    expect(startOfDay("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
    expect(endOfDay("2026-03-29", "Europe/Berlin")).toBe("2026-03-29T21:59:59.999Z");
    expect(endOfDay("9999-12-31", "America/New_York")).toBe("9999-12-31T23:59:59.999Z");
    expect(today("2026-03-28T23:30:00.000Z", "Europe/Berlin")).toBe("2026-03-29");
  });

  test.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["Mars/Olympus", false],
    ["+01:00", false],
    ["", false],
  ])("%s is a zone: %s", (name, expected) => expect(isTimeZone(name)).toBe(expected));

  test.each([
    ["PT30M", "2026-03-29 09:00 Europe/Berlin", "2026-03-29T06:30:00.000Z"],
    ["P1D", "2026-03-30 02:30 Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["PT24H", "2026-03-29 09:00 Europe/Berlin", "2026-03-28T07:00:00.000Z"],
    ["P1D", "2026-03-29 09:00 Europe/Berlin", "2026-03-28T08:00:00.000Z"],
    ["P1W", "2026-03-29", "2026-03-22T08:00:00.000Z"],
    ["PT0S", "2026-03-29", "2026-03-29T07:00:00.000Z"],
    ["P1D", "2026-03-30 02:30 Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ])("%s before %s", (before, text, expected) => {
    expect(fireAt({ before }, due(text), "Europe/Berlin", "09:00")).toBe(expected);
  });

  test("a reminder sleeps without a due, unless it has a time of its own", () => {
    expect(fireAt({ before: "PT5M" }, null, "UTC", "09:00")).toBeNull();
    expect(fireAt({ at: due("2026-03-01 08:00") }, null, "UTC", "09:00")).toBe("2026-03-01T08:00:00.000Z");
    expect(fireAt({ at: due("2026-03-01") }, null, "UTC", "09:00")).toBe("2026-03-01T09:00:00.000Z");
  });
});
