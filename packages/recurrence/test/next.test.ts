import { describe, expect, test } from "vitest";
import { next, preview } from "../src/index.ts";
import { due, fromCompletion, nextWall, seriesOf, wall } from "./writing.ts";

const berlin = "2026-03-02 09:00 Europe/Berlin";

describe("from the due", () => {
  test.each([
    ["in time", "2026-03-02T08:00:00.000Z", "2026-03-03 09:00 #2 missed 0"],
    ["early", "2026-03-01T08:00:00.000Z", "2026-03-03 09:00 #2 missed 0"],
    ["much earlier", "2025-01-01T08:00:00.000Z", "2026-03-03 09:00 #2 missed 0"],
    ["a moment before the next", "2026-03-03T07:59:59.999Z", "2026-03-03 09:00 #2 missed 0"],
    ["exactly at the next", "2026-03-03T08:00:00.000Z", "2026-03-04 09:00 #3 missed 1"],
    ["late", "2026-03-05T12:00:00.000Z", "2026-03-06 09:00 #5 missed 3"],
  ])("completed %s", (_, completedAt, expected) => {
    expect(nextWall(seriesOf("FREQ=DAILY", berlin), completedAt)).toBe(expected);
  });

  test.each([
    ["in time", "2026-03-02T10:00:00.000Z", "2026-03-03 #2 missed 0"],
    ["early", "2026-02-20T10:00:00.000Z", "2026-03-03 #2 missed 0"],
    ["late, today's still counts", "2026-03-05T10:00:00.000Z", "2026-03-05 #4 missed 2"],
    ["late, where it is tomorrow already", "2026-03-05T23:30:00.000Z", "2026-03-06 #5 missed 3"],
  ])("all day, completed %s", (_, completedAt, expected) => {
    expect(nextWall(seriesOf("FREQ=DAILY", "2026-03-02"), completedAt, "Europe/Berlin")).toBe(expected);
  });

  test("lists what was missed, at most 100, and counts all", () => {
    const result = next(seriesOf("FREQ=DAILY", "2020-01-01 09:00 UTC"), "2026-03-02T10:00:00.000Z", "UTC");
    expect(result?.missed.map(wall).slice(0, 2)).toEqual(["2020-01-02 09:00", "2020-01-03 09:00"]);
    expect(result?.missed).toHaveLength(100);
    expect(result?.missedCount).toBe(2252);
    expect(result?.occurrenceNumber).toBe(2254);
    expect(result?.due).toEqual(due("2026-03-03 09:00 UTC"));
  });

  test("an occurrence moved later passes over those in between", () => {
    const moved = { due: due("2026-03-05 15:00 Europe/Berlin") };
    expect(nextWall(seriesOf("FREQ=DAILY", berlin, moved), "2026-03-05T14:00:00.000Z")).toBe(
      "2026-03-06 09:00 #5 missed 3",
    );
  });

  test("an occurrence moved earlier does not come again", () => {
    const moved = { due: due("2026-02-27 09:00 Europe/Berlin") };
    expect(nextWall(seriesOf("FREQ=WEEKLY", berlin, moved), "2026-02-27T08:00:00.000Z")).toBe(
      "2026-03-09 09:00 #2 missed 0",
    );
  });

  test("an occurrence moved to another kind of due keeps the series as it was", () => {
    const toAllDay = { due: due("2026-03-04") };
    expect(nextWall(seriesOf("FREQ=DAILY", berlin, toAllDay), "2026-03-04T06:00:00.000Z")).toBe(
      "2026-03-05 09:00 #4 missed 2",
    );
    const toTimed = { due: due("2026-03-04 23:00 Europe/Berlin") };
    expect(nextWall(seriesOf("FREQ=DAILY", "2026-03-02", toTimed), "2026-03-03T06:00:00.000Z")).toBe(
      "2026-03-05 #4 missed 2",
    );
  });

  test("keeps the zone of the series, floating or not", () => {
    expect(next(seriesOf("FREQ=DAILY", berlin), "2026-03-02T08:00:00.000Z", "Asia/Tokyo")?.due.timeZone).toBe(
      "Europe/Berlin",
    );
    const floating = seriesOf("FREQ=DAILY", "2026-03-02 09:00");
    expect(next(floating, "2026-03-03T00:00:00.000Z", "Asia/Tokyo")?.due).toEqual(due("2026-03-04 09:00"));
    expect(next(floating, "2026-03-03T00:00:00.000Z", "UTC")?.due).toEqual(due("2026-03-03 09:00"));
  });

  test("numbers go on from the occurrence, and the rule's phase from the anchor", () => {
    const series = seriesOf("FREQ=DAILY;INTERVAL=3", "2026-03-01", {
      occurrence: due("2026-03-07"),
      occurrenceNumber: 3,
    });
    expect(nextWall(series, "2026-03-08T00:00:00.000Z")).toBe("2026-03-10 #4 missed 0");
  });

  test.each([
    ["FREQ=DAILY;COUNT=3", 2, "2026-03-02T08:00:00.000Z", "2026-03-03 09:00 #3 missed 0"],
    ["FREQ=DAILY;COUNT=3", 3, "2026-03-02T08:00:00.000Z", null],
    ["FREQ=DAILY;COUNT=3", 1, "2026-03-04T12:00:00.000Z", null],
    ["FREQ=DAILY;UNTIL=20260303", 1, "2026-03-02T08:00:00.000Z", "2026-03-03 09:00 #2 missed 0"],
    ["FREQ=DAILY;UNTIL=20260303", 1, "2026-03-03T08:00:00.000Z", null],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 1, "2026-03-02T08:00:00.000Z", null],
  ])("%s after number %i", (rrule, occurrenceNumber, completedAt, expected) => {
    expect(nextWall(seriesOf(rrule, berlin, { occurrenceNumber }), completedAt)).toBe(expected);
  });

  test("COUNT goes on in a re-anchored series", () => {
    const series = { anchorNumber: 4, occurrenceNumber: 9, occurrence: due("2026-03-07 09:00 Europe/Berlin") };
    expect(nextWall(seriesOf("FREQ=DAILY;COUNT=10", berlin, series), "2026-03-07T08:00:00.000Z")).toContain("#10");
    expect(nextWall(seriesOf("FREQ=DAILY;COUNT=9", berlin, series), "2026-03-07T08:00:00.000Z")).toBeNull();
  });

  test("a first due that the rule does not have comes on top of COUNT", () => {
    const start = "2026-03-04";
    let series = seriesOf("FREQ=WEEKLY;BYDAY=MO;COUNT=2", start);
    const dates: string[] = [];
    for (let result = next(series, "2026-03-01T00:00:00.000Z", "UTC"); result; ) {
      dates.push(result.due.date);
      series = { ...series, occurrence: result.due, due: result.due, occurrenceNumber: result.occurrenceNumber };
      result = next(series, "2026-03-01T00:00:00.000Z", "UTC");
    }
    expect(dates).toEqual(["2026-03-09", "2026-03-16"]);
    expect(preview(series.recurrence, due(start), 9, "UTC").map(wall)).toEqual(dates);
  });

  test("counted as done early, nothing is passed over", () => {
    const result = next(seriesOf("FREQ=DAILY", berlin), "2026-06-01T08:00:00.000Z", "UTC", { early: true });
    expect(result?.due.date).toBe("2026-03-03");
  });

  test("the year 9999 is the last", () => {
    expect(next(seriesOf("FREQ=DAILY", "9999-12-31"), "2026-03-02T08:00:00.000Z", "UTC")).toBeNull();
  });
});

describe("from the completion", () => {
  const completed = (rrule: string, start: string, completedAt: string, zone = "UTC") =>
    nextWall(seriesOf(rrule, start, fromCompletion(rrule)), completedAt, zone);

  test.each([
    ["FREQ=DAILY;INTERVAL=3", berlin, "2026-03-10T22:00:00.000Z", "2026-03-13 09:00 #2 missed 0"],
    ["FREQ=DAILY;INTERVAL=3", berlin, "2026-03-10T23:30:00.000Z", "2026-03-14 09:00 #2 missed 0"],
    ["FREQ=DAILY;INTERVAL=3", "2026-03-02", "2026-02-27T12:00:00.000Z", "2026-03-05 #2 missed 0"],
    ["FREQ=DAILY", "2026-03-12", "2026-03-02T12:00:00.000Z", "2026-03-03 #2 missed 0"],
    ["FREQ=WEEKLY", "2026-03-02", "2026-03-04T12:00:00.000Z", "2026-03-11 #2 missed 0"],
    ["FREQ=WEEKLY;BYDAY=MO,TH", "2026-03-02", "2026-03-04T12:00:00.000Z", "2026-03-05 #2 missed 0"],
    ["FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD", "2026-01-02", "2026-01-31T12:00:00.000Z", "2026-02-28 #2 missed 0"],
    ["FREQ=HOURLY;INTERVAL=4", berlin, "2026-03-02T10:07:40.123Z", "2026-03-02 15:07 #2 missed 0"],
    ["FREQ=MINUTELY;INTERVAL=90", berlin, "2026-03-29T00:15:00.000Z", "2026-03-29 03:45 #2 missed 0"],
    ["FREQ=HOURLY;INTERVAL=1", berlin, "2026-10-25T00:30:00.000Z", "2026-10-25 03:30 #2 missed 0"],
  ])("%s of %s completed at %s", (rrule, start, completedAt, expected) => {
    expect(completed(rrule, start, completedAt)).toBe(expected);
  });

  test("the date of a floating task is the completer's", () => {
    expect(completed("FREQ=DAILY", "2026-03-02 09:00", "2026-03-02T20:00:00.000Z", "Asia/Tokyo")).toBe(
      "2026-03-04 09:00 #2 missed 0",
    );
  });

  test("completing early does not bring the same occurrence again", () => {
    expect(completed("FREQ=DAILY;INTERVAL=2", "2026-03-04", "2026-03-02T12:00:00.000Z")).toBe("2026-03-06 #2 missed 0");
    expect(completed("FREQ=WEEKLY;BYDAY=FR", "2026-03-06", "2026-03-04T12:00:00.000Z")).toBe("2026-03-13 #2 missed 0");
  });

  test("COUNT and UNTIL end it", () => {
    expect(completed("FREQ=DAILY;COUNT=1", "2026-03-02", "2026-03-02T12:00:00.000Z")).toBeNull();
    expect(completed("FREQ=DAILY;INTERVAL=3;UNTIL=20260304", "2026-03-02", "2026-03-02T12:00:00.000Z")).toBeNull();
  });

  test("the preview counts from the completion, then from each due", () => {
    const rule = { rrule: "FREQ=DAILY;INTERVAL=3;COUNT=4", from: "completion" } as const;
    expect(preview(rule, due("2026-03-02"), 9, "UTC", "2026-03-10T12:00:00.000Z").map(wall)).toEqual([
      "2026-03-02",
      "2026-03-13",
      "2026-03-16",
      "2026-03-19",
    ]);
    expect(preview(rule, due("2026-03-02 09:00"), 2, "UTC").map(wall)).toEqual([
      "2026-03-02 09:00",
      "2026-03-05 09:00",
    ]);
  });
});
