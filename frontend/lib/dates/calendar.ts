/** Dates as `YYYY-MM-DD`, times as `HH:MM`, zones by IANA name; instants in milliseconds. */

const formats = new Map<string, Intl.DateTimeFormat>();
export function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat(locale, options);
  } catch {
    made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
  formats.set(key, made);
  return made;
}

export type Local = { date: string; time: string; seconds: string };

export function localTime(instant: number, zone: string): Local {
  const parts: Record<string, string> = {};
  const options = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hourCycle: "h23" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  for (const part of format("en-GB", { ...options, ...clock }).formatToParts(instant)) parts[part.type] = part.value;
  const year = (parts.year ?? "1970").padStart(4, "0");
  return {
    date: `${year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
    seconds: parts.second ?? "00",
  };
}

const day = 86_400_000;
const utc = (date: string) => Date.parse(`${date}T00:00:00Z`);
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export const addDays = (date: string, days: number) => dateOf(utc(date) + days * day);
export const daysBetween = (from: string, to: string) => Math.round((utc(to) - utc(from)) / day);
/** 0 is Monday, 6 is Sunday. */
export const weekday = (date: string) => (new Date(utc(date)).getUTCDay() + 6) % 7;
export const asUtc = utc;

export function addMonths(date: string, months: number) {
  const [year = 1970, month = 1, dayOfMonth = 1] = date.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(dayOfMonth, last));
  return dateOf(first.getTime());
}

function offsetAt(instant: number, zone: string) {
  const local = localTime(instant, zone);
  return Date.parse(`${local.date}T${local.time}:${local.seconds}Z`) - Math.floor(instant / 1000) * 1000;
}

/** The instant of a wall-clock time: in an overlap the first, in a gap forward by the gap. */
export function instantOf(date: string, time: string, zone: string): number {
  const wall = Date.parse(`${date}T${time}:00Z`);
  const before = offsetAt(wall - day, zone);
  const after = offsetAt(wall + day, zone);
  const early = wall - Math.max(before, after);
  if (early + offsetAt(early, zone) === wall) return early;
  const late = wall - Math.min(before, after);
  if (late + offsetAt(late, zone) === wall) return late;
  return wall - before;
}

/** The Monday-first or Sunday-first week of the locale, as a weekday number. */
export function firstWeekday(locale: string): number {
  try {
    const tag = new Intl.Locale(locale) as Intl.Locale & {
      getWeekInfo?: () => { firstDay: number };
      weekInfo?: { firstDay: number };
    };
    const info = tag.getWeekInfo?.() ?? tag.weekInfo;
    return info ? (info.firstDay + 6) % 7 : 0;
  } catch {
    return 0;
  }
}
