import fc from "fast-check";

const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const some = <T>(values: T[], maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength }).map((chosen) => chosen.join(","));
const part = (name: string, value: fc.Arbitrary<unknown>, weight: number) =>
  fc.option(value, { freq: weight, nil: undefined }).map((each) => (each === undefined ? "" : `;${name}=${each}`));
const parts = (...each: fc.Arbitrary<string>[]) => fc.tuple(...each).map((all) => all.join(""));

const months = part("BYMONTH", some(range(1, 12), 4), 1);
const monthDays = part("BYMONTHDAY", some([...range(1, 31), ...range(-31, -1)], 4), 1);
const plainWeekdays = part("BYDAY", some(weekdays, 4), 1);
const nthWeekdays = part(
  "BYDAY",
  some(
    weekdays.flatMap((day) => [`1${day}`, `-1${day}`, `5${day}`, day]),
    3,
  ),
  1,
);
const tail = parts(
  part("INTERVAL", fc.constantFrom(2, 3, 7, 12), 1),
  part("BYHOUR", some(range(0, 23), 3), 1),
  part("BYMINUTE", some(range(0, 59), 3), 1),
  part("WKST", fc.constantFrom(...weekdays), 1),
  part("COUNT", fc.integer({ min: 1, max: 20 }), 1),
);
const skip = fc.constantFrom(
  "",
  ";RSCALE=GREGORIAN",
  ";RSCALE=GREGORIAN;SKIP=BACKWARD",
  ";RSCALE=GREGORIAN;SKIP=FORWARD",
);
const days = fc.oneof(
  parts(fc.constant("FREQ=DAILY"), months, monthDays, plainWeekdays),
  parts(fc.constant("FREQ=WEEKLY"), months, plainWeekdays),
  parts(fc.constant("FREQ=MONTHLY"), months, monthDays, nthWeekdays),
  parts(fc.constant("FREQ=YEARLY"), months, fc.oneof(monthDays, nthWeekdays)),
);
const hours = parts(fc.constantFrom("FREQ=HOURLY", "FREQ=MINUTELY"), months, monthDays, plainWeekdays);

/** Rules on which the field's libraries agree with the RFC. */
export const ordinaryRules = parts(days, tail);
export const anyRules = fc.oneof(parts(days, tail, skip), parts(hours, tail));

export const starts = fc
  .tuple(fc.integer({ min: 0, max: 36_000 }), fc.integer({ min: 0, max: 1439 }))
  .map(([day, minute]) =>
    Temporal.PlainDateTime.from("1995-01-01T00:00")
      .add({ days: day % 18_000, minutes: minute })
      .toString()
      .slice(0, 16),
  );
export const zones = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Pacific/Apia",
);
