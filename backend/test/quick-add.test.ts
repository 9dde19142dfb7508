import { checkRule } from "@tend/recurrence";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { parseQuickAdd } from "../src/modules/quick-add/parse-quick-add.ts";

// A Saturday, 13:00 in Berlin.
const reference = { now: "2026-11-21T12:00:00.000Z", timeZone: "Europe/Berlin" };
const parse = (text: string, options = {}) => parseQuickAdd(text, { ...reference, ...options });
const when = (text: string, options = {}) => {
  const { due } = parse(text, options);
  return due && [due.date, due.time].filter(Boolean).join(" ");
};

test("a whole line", () => {
  const text = "Pay rent every month on the 31st at 9am #Home @bills !high remind me 10 minutes before";
  const parsed = parse(text);
  expect(parsed).toMatchObject({
    title: "Pay rent",
    due: { date: "2026-11-30", time: "09:00", timeZone: "Europe/Berlin" },
    recurrence: { rrule: "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD", from: "due" },
    priority: "high",
    projectName: "Home",
    labelNames: ["bills"],
    reminders: [{ before: "PT10M" }],
  });
  expect(parsed.spans.map(({ start, end, kind }) => [kind, text.slice(start, end)])).toEqual([
    ["recurrence", "every month on the 31st"],
    ["due", "at 9am"],
    ["project", "#Home"],
    ["label", "@bills"],
    ["priority", "!high"],
    ["reminder", "remind me 10 minutes before"],
  ]);
});

describe("dates and times", () => {
  test.each([
    ["Call mom tomorrow 9am", "Call mom", "2026-11-22 09:00"],
    ["Call mom 9am tomorrow", "Call mom", "2026-11-22 09:00"],
    ["tomorrow call mom at 17:30", "call mom", "2026-11-22 17:30"],
    ["Lunch next friday", "Lunch", "2026-11-27"],
    ["Renew passport in 3 days", "Renew passport", "2026-11-24"],
    ["Renew passport 2 weeks from now", "Renew passport", "2026-12-05"],
    ["Dentist 14:30", "Dentist", "2026-11-21 14:30"],
    ["Dentist at 9", "Dentist", "2026-11-22 09:00"],
    ["Lunch at noon", "Lunch", "2026-11-22 12:00"],
    ["Check oven in 2 hours", "Check oven", "2026-11-21 15:00"],
    ["Party 3 march", "Party", "2027-03-03"],
    ["Party on March 3rd at 8pm", "Party", "2027-03-03 20:00"],
    ["Party 2026-12-24", "Party", "2026-12-24"],
    ["Pay on the 31st", "Pay", "2026-12-31"],
    ["Pay on the 25th at 8:00", "Pay", "2026-11-25 08:00"],
    ["Call the day after tomorrow", "Call", "2026-11-23"],
    ["Gym tomorrow morning", "Gym", "2026-11-22 09:00"],
    ["Submit by friday 5pm", "Submit", "2026-11-27 17:00"],
    ["Meet sat", "Meet", "2026-11-28"],
    ["Buy milk tomorrow, eggs", "Buy milk, eggs", "2026-11-22"],
    ["Buy milk, tomorrow", "Buy milk", "2026-11-22"],
    ["Call New York tomorrow 9am EST", "Call New York", "2026-11-22 15:00"],
    ["Launch tomorrow 9am UTC", "Launch", "2026-11-22 10:00"],
    ["Send the minutes yesterday at 17:00", "Send the minutes", "2026-11-20 17:00"],
  ])("%s", (text, title, due) => {
    expect(parse(text).title).toBe(title);
    expect(when(text)).toBe(due);
  });

  test.each([
    "Buy 2 apples",
    "Run 5 minutes",
    "Send the minutes to the board",
    "Read for an hour",
    "Prepare Monday's talk",
    "Sat on the chair",
    "May the force be with you",
    "Plan march",
    "Fix #123",
    "Go to the 5th floor",
    "Do it now",
    "Review what happened yesterday",
    "Ship version 2.10.3",
    'Read "every day tomorrow"',
    "Read https://example.org/2026-12-24?at=9am#every-day",
    "Mail tomorrow@example.org",
    "Write weekly report",
    "Pay €2026-12-24",
    "- a list item",
  ])("%s is all title", (text) => {
    expect(parse(text)).toEqual({
      title: text,
      due: null,
      recurrence: null,
      priority: null,
      projectName: null,
      labelNames: [],
      reminders: [],
      spans: [],
    });
  });

  test("a due with a time is in the zone given, one without is on that date anywhere", () => {
    expect(parse("Call at 15:00").due?.timeZone).toBe("Europe/Berlin");
    expect(parse("Call tomorrow").due?.timeZone).toBeNull();
  });

  test("an hour from now is an hour, also where the clocks change", () => {
    expect(when("Check in 2 hours", { now: "2026-03-29T00:30:00.000Z" })).toBe("2026-03-29 04:30");
  });

  test("a title never becomes empty", () => {
    expect(parse("tomorrow 9am")).toMatchObject({ title: "tomorrow 9am", due: { date: "2026-11-22", time: "09:00" } });
    expect(parse("#Home !high")).toMatchObject({ title: "#Home !high", projectName: "Home", priority: "high" });
  });

  test("3/4 is read as the reader's English does", () => {
    expect(when("Pay 3/4")).toBe("2027-03-04");
    expect(when("Pay 3/4", { locale: "en-GB" })).toBe("2027-04-03");
  });
});

describe("repetition", () => {
  test.each([
    ["Water plants daily", "FREQ=DAILY", "2026-11-21"],
    ["Water plants every day", "FREQ=DAILY", "2026-11-21"],
    ["Water plants every day at 9am", "FREQ=DAILY", "2026-11-22 09:00"],
    ["Water plants every day at 14:00", "FREQ=DAILY", "2026-11-21 14:00"],
    ["Water plants every other day", "FREQ=DAILY;INTERVAL=2", "2026-11-21"],
    ["Water plants every three days", "FREQ=DAILY;INTERVAL=3", "2026-11-21"],
    ["Pills every morning", "FREQ=DAILY", "2026-11-22 09:00"],
    ["Standup every weekday at 9:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-23 09:30"],
    ["Standup every mon-fri", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-23"],
    ["Sleep in every weekend", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-21"],
    ["Gym every mon, wed and fri 18:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-23 18:00"],
    ["Trash every monday", "FREQ=WEEKLY;BYDAY=MO", "2026-11-23"],
    ["Trash every 2 weeks on monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23"],
    ["Trash every other tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24"],
    ["Report weekly at 5pm", "FREQ=WEEKLY", "2026-11-21 17:00"],
    ["Payroll biweekly", "FREQ=WEEKLY;INTERVAL=2", "2026-11-21"],
    ["Invoice every month", "FREQ=MONTHLY", "2026-11-21"],
    [
      "Invoice every month starting 31 december",
      "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD",
      "2026-12-31",
    ],
    ["Invoice every 3 months on the 5th", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=5", "2026-12-05"],
    ["Invoice every 1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01"],
    ["Backup every 31st", "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD", "2026-11-30"],
    ["Rent every last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"],
    ["Rent every month on the last weekday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-30"],
    ["Lunch every last friday at noon", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27 12:00"],
    ["Review every quarter", "FREQ=MONTHLY;INTERVAL=3", "2026-11-21"],
    ["Taxes every april 15th", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=15", "2027-04-15"],
    ["Cake every year on 29 feb", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;RSCALE=GREGORIAN;SKIP=BACKWARD", "2027-02-28"],
    ["Drink every 2 hours", "FREQ=HOURLY;INTERVAL=2", "2026-11-21 15:00"],
    ["Stretch every 45 minutes", "FREQ=MINUTELY;INTERVAL=45", "2026-11-21 13:45"],
    ["Drink every 2 hours starting at 9am", "FREQ=HOURLY;INTERVAL=2", "2026-11-21 15:00"],
    ["Call every day starting monday at 8", "FREQ=DAILY", "2026-11-23 08:00"],
    ["Course every day for 10 times", "FREQ=DAILY;COUNT=10", "2026-11-21"],
    ["Course every day until 3 march", "FREQ=DAILY;UNTIL=20270303", "2026-11-21"],
  ])("%s", (text, rrule, due) => {
    const { recurrence } = parse(text);
    expect(recurrence).toEqual({ rrule, from: "due" });
    expect(checkRule(rrule).ok).toBe(true);
    expect(when(text)).toBe(due);
  });

  test.each(["Change filter every! 3 months", "Change filter every 3 months after completion"])("%s", (text) => {
    expect(parse(text)).toMatchObject({
      title: "Change filter",
      recurrence: { rrule: "FREQ=MONTHLY;INTERVAL=3", from: "completion" },
    });
  });
});

describe("names, priorities and reminders", () => {
  test("a name that is not known stays in the title", () => {
    const isKnown = (_: string, name: string) => name === "bills";
    expect(parse("Pay #Home @bills @now", { isKnown })).toMatchObject({
      title: "Pay #Home @now",
      projectName: null,
      labelNames: ["bills"],
    });
  });

  test.each([
    ["Pay !urgent", "urgent"],
    ["Pay !Low", "low"],
    ["Pay !medium", "medium"],
    ["Pay !highest", null],
    ["Pay!high", null],
  ])("%s", (text, priority) => expect(parse(text).priority).toBe(priority));

  test.each([
    ["remind me 10 minutes before", "PT10M"],
    ["remind me an hour before", "PT1H"],
    ["reminder 1 day before", "P1D"],
    ["remind me two weeks ahead", "P2W"],
    ["remind me half an hour before", "PT30M"],
  ])("%s", (text, before) => expect(parse(`Call tomorrow ${text}`).reminders).toEqual([{ before }]));
});

describe("zones", () => {
  const machine = process.env.TZ;
  afterEach(() => {
    if (machine === undefined) delete process.env.TZ;
    else process.env.TZ = machine;
  });

  test.each(["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata"])(
    "the machine's (%s) plays no part",
    (zone) => {
      process.env.TZ = zone;
      expect(when("Call tomorrow 9am")).toBe("2026-11-22 09:00");
      expect(when("Call in 2 hours")).toBe("2026-11-21 15:00");
      expect(when("Call monday 02:30", { now: "2026-03-07T12:00:00.000Z" })).toBe("2026-03-09 02:30");
      expect(when("Call tomorrow 02:30", { now: "2026-03-07T12:00:00.000Z" })).toBe("2026-03-08 02:30");
    },
  );

  test.each([
    ["Pacific/Kiritimati", "2026-11-23 09:00"],
    ["Europe/Berlin", "2026-11-22 09:00"],
    ["America/Los_Angeles", "2026-11-22 09:00"],
    ["Pacific/Pago_Pago", "2026-11-22 09:00"],
  ])("tomorrow in %s", (timeZone, expected) => {
    expect(when("Call tomorrow 9am", { timeZone })).toBe(expected);
  });
});

test("any text keeps a title, and spans that do not overlap", () => {
  const words = fc.constantFrom(
    ...'every day week month on the 31st at 9am tomorrow monday and , #Home @bills !high remind me 10 minutes before until for 3 times in 2 hours after completion ! " 99 ¤ 🎉 -'.split(
      " ",
    ),
  );
  const lines = fc.array(fc.oneof(words, fc.string({ maxLength: 6 })), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(
      lines.map((pieces) => pieces.join(" ")).filter((text) => text.trim() !== ""),
      (text) => {
        const { title, spans, recurrence, due } = parse(text);
        expect(title).not.toBe("");
        for (const [index, { start, end }] of spans.entries()) {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0);
        }
        if (recurrence) expect([checkRule(recurrence.rrule).ok, due !== null]).toEqual([true, true]);
      },
    ),
    { numRuns: 300 },
  );
});
