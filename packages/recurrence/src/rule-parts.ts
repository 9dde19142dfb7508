import { daysInMonth, toEpochDay } from "./calendar.ts";
import { RuleError } from "./rule-error.ts";

export type Frequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY";
export type Skip = "OMIT" | "BACKWARD" | "FORWARD";
/** `nth` 0 is every such weekday; negative counts from the end. */
export type NthWeekday = { nth: number; weekday: number };
/** A date, a wall-clock time (minute of the day) or an instant, as the rule wrote it; the last one that may occur. */
export type Until =
  | { kind: "date"; day: number }
  | { kind: "local"; day: number; minute: number }
  | { kind: "instant"; day: number; epochMilliseconds: number };

export type RuleParts = {
  frequency: Frequency;
  interval: number;
  count: number | null;
  until: Until | null;
  weekStart: number;
  skip: Skip;
  hasScale: boolean;
  hasSkip: boolean;
  byMonth: number[];
  byWeekNo: number[];
  byYearDay: number[];
  byMonthDay: number[];
  byDay: NthWeekday[];
  byHour: number[];
  byMinute: number[];
  bySetPos: number[];
};

const maxInterval = 100_000;
const maxCount = 1_000_000;
const weekdayCodes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const frequencies: readonly string[] = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"];

function wholeNumber(name: string, text: string, lowest: number, highest: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= lowest && number <= highest) return number;
  throw new RuleError(`${name} must be a whole number from ${lowest} to ${highest}, not "${text}".`);
}

const byValue = (a: number, b: number) => a - b;

/** `signed` lists also take the negatives, counted from the end, and never 0. */
function numbers(name: string, text: string, lowest: number, highest: number, signed = false): number[] {
  const values = text.split(",").map((item) => {
    const number = /^[+-]?\d{1,3}$/.test(item) ? Number(item) : Number.NaN;
    const isAllowed = signed ? number !== 0 && Math.abs(number) <= highest : number >= lowest && number <= highest;
    if (isAllowed && (signed || /^\d/.test(item))) return number;
    const range = signed ? `1 to ${highest} or -1 to -${highest}` : `${lowest} to ${highest}`;
    throw new RuleError(`${name} takes numbers from ${range}, not "${item}".`);
  });
  return [...new Set(values)].sort(byValue);
}

function weekday(name: string, code: string): number {
  const index = weekdayCodes.indexOf(code);
  if (index < 0) throw new RuleError(`${name} takes ${weekdayCodes.join(", ")}, not "${code}".`);
  return index;
}

function weekdays(text: string): NthWeekday[] {
  const seen = new Map<string, NthWeekday>();
  for (const item of text.split(",")) {
    const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(item);
    const nth = Number(match?.[1] ?? 0);
    if (!match || (match[1] !== undefined && (nth === 0 || Math.abs(nth) > 53)))
      throw new RuleError(`BYDAY takes weekdays such as MO, 2TU or -1FR, not "${item}".`);
    const entry = { nth, weekday: weekday("BYDAY", match[2] as string) };
    seen.set(`${entry.nth} ${entry.weekday}`, entry);
  }
  return [...seen.values()];
}

function until(text: string): Until {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(text);
  const [year, month, day, hour, minute, second] = (match ?? []).slice(1, 7).map(Number) as number[];
  const isDate =
    match && year! >= 1970 && month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysInMonth(year!, month!);
  if (!isDate || (match[4] && (hour! > 23 || minute! > 59 || second! > 60)))
    throw new RuleError(`UNTIL must be a date such as 20271231 or a time such as 20271231T235959Z, not "${text}".`);
  const epochDay = toEpochDay(year!, month!, day!);
  if (!match[4]) return { kind: "date", day: epochDay };
  if (!match[7]) return { kind: "local", day: epochDay, minute: hour! * 60 + minute! };
  const seconds = epochDay * 86_400 + hour! * 3600 + minute! * 60 + second!;
  return { kind: "instant", day: epochDay, epochMilliseconds: seconds * 1000 };
}

function frequency(text: string): Frequency {
  if (frequencies.includes(text)) return text as Frequency;
  if (text === "SECONDLY") throw new RuleError("A task cannot repeat every second: FREQ=MINUTELY is the finest.");
  throw new RuleError(`FREQ must be one of ${frequencies.join(", ")}, not "${text}".`);
}

const skips: readonly Skip[] = ["OMIT", "BACKWARD", "FORWARD"];

function only<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text);
  if (found) return found;
  throw new RuleError(`${name} must be ${allowed.join(" or ")}, not "${text}".`);
}

const readers: Record<string, (text: string) => Partial<RuleParts>> = {
  FREQ: (text) => ({ frequency: frequency(text) }),
  INTERVAL: (text) => ({ interval: wholeNumber("INTERVAL", text, 1, maxInterval) }),
  COUNT: (text) => ({ count: wholeNumber("COUNT", text, 1, maxCount) }),
  UNTIL: (text) => ({ until: until(text) }),
  WKST: (text) => ({ weekStart: weekday("WKST", text) }),
  BYMONTH: (text) => ({ byMonth: numbers("BYMONTH", text, 1, 12) }),
  BYWEEKNO: (text) => ({ byWeekNo: numbers("BYWEEKNO", text, 1, 53, true) }),
  BYYEARDAY: (text) => ({ byYearDay: numbers("BYYEARDAY", text, 1, 366, true) }),
  BYMONTHDAY: (text) => ({ byMonthDay: numbers("BYMONTHDAY", text, 1, 31, true) }),
  BYDAY: (text) => ({ byDay: weekdays(text) }),
  BYHOUR: (text) => ({ byHour: numbers("BYHOUR", text, 0, 23) }),
  BYMINUTE: (text) => ({ byMinute: numbers("BYMINUTE", text, 0, 59) }),
  BYSECOND: (text) => only("BYSECOND", text, ["0"]) && {},
  BYSETPOS: (text) => ({ bySetPos: numbers("BYSETPOS", text, 1, 366, true) }),
  RSCALE: (text) => only("RSCALE", text, ["GREGORIAN"]) && { hasScale: true },
  SKIP: (text) => ({ skip: only("SKIP", text, skips), hasSkip: true }),
};

const empty = (): RuleParts => ({
  frequency: "DAILY",
  interval: 1,
  count: null,
  until: null,
  weekStart: 0,
  skip: "OMIT",
  hasScale: false,
  hasSkip: false,
  byMonth: [],
  byWeekNo: [],
  byYearDay: [],
  byMonthDay: [],
  byDay: [],
  byHour: [],
  byMinute: [],
  bySetPos: [],
});

/** Reads each part by itself (RFC 5545 §3.3.10, RFC 7529 §4.1); `rrule` is in upper case. */
export function readParts(rrule: string): RuleParts {
  const rule = empty();
  const seen = new Set<string>();
  for (const part of rrule.split(";")) {
    const [name = "", value, ...rest] = part.split("=");
    if (!name || !value || rest.length)
      throw new RuleError(`A rule is made of parts such as FREQ=DAILY, not "${part}".`);
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (!read) throw new RuleError(`"${name}" is not a part of a recurrence rule.`);
    if (seen.has(name)) throw new RuleError(`${name} is given twice.`);
    seen.add(name);
    Object.assign(rule, read(value));
  }
  if (!seen.has("FREQ")) throw new RuleError("A rule needs FREQ, such as FREQ=DAILY.");
  return rule;
}
