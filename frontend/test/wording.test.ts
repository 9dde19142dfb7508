import { describe, expect, it } from "vitest";
import { addMonths, instantOf, localTime } from "../lib/dates/calendar";
import { reminderInstant, sayBefore, sayReminderTime } from "../lib/dates/reminders";
import { isLate, sayClock, sayDay, sayDue, sayExactly, sayMoment, sayReturn, sayReturnOn } from "../lib/dates/wording";

const at = (iso: string, locale = "en-GB", timeZone = "Europe/Berlin") => ({ locale, timeZone, now: Date.parse(iso) });
const saturday = at("2026-11-21T08:00:00Z");
const due = (date: string, time: string | null = null, timeZone: string | null = null) => ({ date, time, timeZone });

describe("dates as people say them", () => {
  it.each([
    ["2026-11-21", "Today"],
    ["2026-11-22", "Tomorrow"],
    ["2026-11-20", "Yesterday"],
    ["2026-11-24", "Tue"],
    ["2026-11-19", "Thu"],
    ["2026-12-03", "3 Dec"],
    ["2027-03-03", "3 Mar 2027"],
  ])("%s is %s", (date, words) => expect(sayDay(date, saturday)).toBe(words));

  it("says hours without a leading zero, in the locale's own way", () => {
    expect(sayClock("09:00", "en-GB")).toBe("9:00");
    expect(sayClock("00:05", "en-GB")).toBe("0:05");
    expect(sayClock("17:30", "en-US").replace(/\s/u, " ")).toBe("5:30 PM");
    expect(sayDue(due("2026-11-21", "09:00"), saturday)).toBe("Today 9:00");
  });

  it("takes today from the account's zone, not from UTC", () => {
    const bangkok = at("2026-11-21T20:00:00Z", "en-GB", "Asia/Bangkok");
    expect(sayDay("2026-11-22", bangkok)).toBe("Today");
  });

  it("shows a due of another zone at the viewer's hour and names its own on hover", () => {
    const newYork = due("2026-11-21", "20:00", "America/New_York");
    expect(sayDue(newYork, saturday)).toBe("Tomorrow 2:00");
    expect(sayExactly(newYork, saturday)).toBe("Sunday 22 November 2026, 2:00 (20:00 New York)");
  });

  it("is late once its moment, or its whole day, is over", () => {
    expect(isLate(due("2026-11-21", "08:59"), saturday)).toBe(true);
    expect(isLate(due("2026-11-21", "09:01"), saturday)).toBe(false);
    expect(isLate(due("2026-11-21"), saturday)).toBe(false);
    expect(isLate(due("2026-11-20"), saturday)).toBe(true);
  });

  it("says when an occurrence is back", () => {
    expect(sayReturn(due("2026-12-05"), saturday)).toBe("Sat 5 Dec");
    expect(sayReturnOn(due("2026-12-05"), saturday)).toBe("on Sat 5 Dec");
    expect(sayReturnOn(due("2026-11-22", "09:00"), saturday)).toBe("tomorrow");
  });

  it("gives receipts their second, and the past its day", () => {
    expect(sayMoment("2026-11-21T07:50:00.400Z", saturday, true)).toBe("8:50:00");
    expect(sayMoment("2026-11-21T07:50:00.400Z", saturday)).toBe("8:50");
    expect(sayMoment("2026-11-20T08:12:00.000Z", saturday)).toBe("Fri 9:12");
    expect(sayMoment("2026-11-01T08:12:00.000Z", saturday)).toBe("Sun 1 Nov");
  });
});

describe("instants", () => {
  it.each([
    ["2026-03-29", "02:30", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25", "02:30", "2026-10-25T00:30:00.000Z"],
    ["2026-07-01", "09:00", "2026-07-01T07:00:00.000Z"],
  ])("%s %s in Berlin is %s", (date, time, iso) =>
    expect(new Date(instantOf(date, time, "Europe/Berlin")).toISOString()).toBe(iso),
  );

  it("reads the clock of any zone", () =>
    expect(localTime(Date.parse("2026-11-21T20:15:09Z"), "Asia/Kathmandu")).toEqual({
      date: "2026-11-22",
      time: "02:00",
      seconds: "09",
    }));

  it("keeps to the month when it steps by months", () => expect(addMonths("2026-01-31", 1)).toBe("2026-02-28"));
});

describe("reminders", () => {
  const fires = (before: string, of = due("2026-11-21", "09:00")) => {
    const instant = reminderInstant({ id: "r", before }, of, saturday, "09:00");
    return instant === null ? null : sayReminderTime(instant, of.date, saturday);
  };

  it("fires before its due, said with the day where it is another one", () => {
    expect(fires("PT10M")).toBe("8:50");
    expect(fires("P1D")).toBe("Yesterday 9:00");
    expect(fires("PT25S")).toBe("8:59:35");
    expect(fires("P1D", due("2026-11-22"))).toBe("Today 9:00");
  });

  it("counts days on the calendar and hours exactly across a change of clocks", () => {
    const afterChange = due("2026-10-25", "12:00");
    expect(fires("P1D", afterChange)).toBe("24 Oct 12:00");
    expect(fires("PT24H", afterChange)).toBe("24 Oct 13:00");
  });

  it.each([
    ["PT0S", "At the time"],
    ["PT10M", "10 min before"],
    ["PT1H30M", "1 hour 30 min before"],
    ["P1D", "1 day before"],
    ["P2W", "2 weeks before"],
    ["PT45S", "45 s before"],
  ])("%s is %s", (duration, words) => expect(sayBefore(duration)).toBe(words));
});
