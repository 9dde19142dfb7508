/** The rules that the editor can show and write. Any other rule is kept as it is and named by the server. */
export type MonthDay = { kind: "day"; day: number };
export type NthWeekday = { kind: "nth"; nth: number; weekday: number };
type Ends = { kind: "never" } | { kind: "until"; date: string } | { kind: "count"; count: number };
type Shared = { interval: number; ends: Ends };
export type Rule = Shared &
  (
    | { frequency: "DAILY" }
    | { frequency: "WEEKLY"; weekdays: number[] }
    | { frequency: "MONTHLY"; by: MonthDay | NthWeekday }
    | { frequency: "YEARLY"; month: number; day: number }
  );
export type Frequency = Rule["frequency"];

const codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const editable = /^(FREQ|INTERVAL|BYDAY|BYMONTHDAY|BYMONTH|UNTIL|COUNT|RSCALE|SKIP|WKST)$/;

type Parts = Partial<Record<string, string>>;

function partsOf(rrule: string): Parts | null {
  const parts: Parts = {};
  for (const part of rrule
    .replace(/^RRULE:/i, "")
    .split(";")
    .filter(Boolean)) {
    const [name = "", value = ""] = part.split("=");
    if (!editable.test(name.toUpperCase()) || !value) return null;
    parts[name.toUpperCase()] = value.toUpperCase();
  }
  return parts;
}

function endsOf({ UNTIL, COUNT }: Parts): Ends {
  if (COUNT) return { kind: "count", count: Number(COUNT) };
  if (!UNTIL) return { kind: "never" };
  return { kind: "until", date: UNTIL.replace(/^(\d{4})(\d\d)(\d\d).*$/, "$1-$2-$3") };
}

/** `date` is the due, from which a rule without a day takes its own. */
export function parseRule(rrule: string, date = "2026-01-01"): Rule | null {
  const parts = partsOf(rrule);
  if (!parts) return null;
  const shared = { interval: Number(parts.INTERVAL ?? 1), ends: endsOf(parts) };
  const days = parts.BYDAY?.split(",");
  switch (parts.FREQ) {
    case "DAILY":
      return days || parts.BYMONTHDAY || parts.BYMONTH ? null : { ...shared, frequency: "DAILY" };
    case "WEEKLY":
      return parts.BYMONTHDAY || parts.BYMONTH ? null : weekly(shared, days);
    case "MONTHLY":
      return parts.BYMONTH
        ? null
        : monthly(shared, days, parts.BYMONTHDAY ?? (days ? undefined : String(Number(date.slice(8)))));
    case "YEARLY":
      return days ? null : yearly(shared, { BYMONTH: date.slice(5, 7), BYMONTHDAY: date.slice(8), ...parts });
    default:
      return null;
  }
}

function weekly(shared: Shared, days: string[] = []): Rule | null {
  const weekdays = days.map((day) => codes.indexOf(day)).sort((a, b) => a - b);
  return weekdays.includes(-1) ? null : { ...shared, frequency: "WEEKLY", weekdays };
}

function monthly(shared: Shared, days?: string[], monthDay?: string): Rule | null {
  if (days && monthDay) return null;
  if (monthDay) {
    const day = Number(monthDay);
    return day === -1 || (day >= 1 && day <= 31) ? { ...shared, frequency: "MONTHLY", by: { kind: "day", day } } : null;
  }
  const nth = days?.length === 1 ? /^(-1|[1-5])(MO|TU|WE|TH|FR|SA|SU)$/.exec(days[0]!) : null;
  if (!nth) return null;
  return { ...shared, frequency: "MONTHLY", by: { kind: "nth", nth: Number(nth[1]), weekday: codes.indexOf(nth[2]!) } };
}

function yearly(shared: Shared, { BYMONTH = "", BYMONTHDAY = "" }: Parts): Rule | null {
  const [month, day] = [Number(BYMONTH), Number(BYMONTHDAY)];
  const isOne = Number.isInteger(month) && month > 0 && Number.isInteger(day) && day > 0;
  return isOne ? { ...shared, frequency: "YEARLY", month, day } : null;
}

/** Days that some months lack fall back to the month's last day instead of being left out. */
const clamped = (day: number) => (day >= 29 ? ["RSCALE=GREGORIAN", "SKIP=BACKWARD"] : []);

export function writeRule(rule: Rule): string {
  const parts = [`FREQ=${rule.frequency}`];
  if (rule.interval > 1) parts.push(`INTERVAL=${rule.interval}`);
  const after: string[] = [];
  if (rule.frequency === "WEEKLY" && rule.weekdays.length > 0)
    parts.push(`BYDAY=${rule.weekdays.map((day) => codes[day]).join(",")}`);
  if (rule.frequency === "MONTHLY" && rule.by.kind === "nth")
    parts.push(`BYDAY=${rule.by.nth}${codes[rule.by.weekday]}`);
  if (rule.frequency === "MONTHLY" && rule.by.kind === "day") {
    parts.push(`BYMONTHDAY=${rule.by.day}`);
    after.push(...clamped(rule.by.day));
  }
  if (rule.frequency === "YEARLY") {
    parts.push(`BYMONTH=${rule.month}`, `BYMONTHDAY=${rule.day}`);
    after.push(...clamped(rule.day));
  }
  if (rule.ends.kind === "until") parts.push(`UNTIL=${rule.ends.date.replaceAll("-", "")}`);
  if (rule.ends.kind === "count") parts.push(`COUNT=${rule.ends.count}`);
  return [...parts, ...after].join(";");
}

/** What a frequency means for a date, to begin editing from. */
export function ruleFor(frequency: Frequency, date: string, shared: Shared): Rule {
  const [, month = 1, day = 1] = date.split("-").map(Number);
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  if (frequency === "DAILY") return { ...shared, frequency };
  if (frequency === "WEEKLY") return { ...shared, frequency, weekdays: [weekday] };
  if (frequency === "MONTHLY") return { ...shared, frequency, by: { kind: "day", day } };
  return { ...shared, frequency, month, day };
}

export const unending = { interval: 1, ends: { kind: "never" } } as const;
