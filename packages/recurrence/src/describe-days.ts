import { toCivil, weekdayOf } from "./calendar.ts";
import { dueDay } from "./describe-times.ts";
import type { Due } from "./due.ts";
import { listed, monthName, ordinal, place, shortMonth, shortWeekdays, weekdayNames } from "./english.ts";
import { isExact } from "./pattern.ts";
import type { NthWeekday, Rule } from "./rule.ts";

const longMonths = [1, 3, 5, 7, 8, 10, 12];

const inMonths = (months: number[]) => (months.length ? `, only in ${listed(months.map(monthName))}` : "");

function plainWeekdays(byDay: NthWeekday[]): string {
  const weekdays = [...new Set(byDay.map((entry) => entry.weekday))].sort((a, b) => a - b);
  if (weekdays.length === 1) return weekdayNames[weekdays[0] as number] as string;
  return listed(weekdays.map((weekday) => shortWeekdays[weekday] as string));
}

/** The day of which the rule speaks, without "the": "31st", "last day", "2nd to last day". */
const monthDay = (day: number) => (day > 0 ? ordinal(day) : `${place(day)} day`);

/** What happens in months that lack the day; null where that takes too many words. */
function lackingDay(rule: Rule, days: number[], months: number[]): string | null {
  const rare = days.filter(
    (day) =>
      Math.abs(day) > 28 &&
      !(longMonths.length >= months.length && months.length && months.every((month) => longMonths.includes(month))),
  );
  if (!rare.length) return "";
  if (rule.skip === "OMIT") return " (where there is one)";
  if (rare.some((day) => day < 0)) return null;
  return rule.skip === "BACKWARD" ? " (or the last day)" : " (or the 1st of the next month)";
}

function daysOfMonth(rule: Rule, days: number[], months: number[]): string | null {
  const lacking = lackingDay(rule, days, months);
  if (lacking === null) return null;
  const limit = rule.byDay.length ? `, if that is a ${plainWeekdays(rule.byDay).replace(/ and /, " or ")}` : "";
  const positive = days.filter((day) => day > 0);
  const negative = days.filter((day) => day < 0).reverse();
  return ` on the ${listed([...positive, ...negative].map(monthDay))}${lacking}${limit}`;
}

function nthWeekdays(byDay: NthWeekday[]): string | null {
  if (byDay.every((entry) => entry.nth !== 0))
    return ` on the ${listed(byDay.map(({ nth, weekday }) => `${place(nth)} ${weekdayNames[weekday]}`))}`;
  return byDay.some((entry) => entry.nth !== 0) ? null : ` on every ${plainWeekdays(byDay)}`;
}

/** BYSETPOS over whole weekday sets: "the last weekday", "the first day"; null for anything rarer. */
function chosenWeekdays({ byDay, bySetPos, byHour, byMinute, byMonthDay }: Rule): string | null {
  const isPlain = !byHour.length && !byMinute.length && !byMonthDay.length && byDay.every((entry) => entry.nth === 0);
  const weekdays = byDay
    .map((entry) => entry.weekday)
    .sort((a, b) => a - b)
    .join("");
  const name =
    { "01234": "weekday", "56": "weekend day", "0123456": "day" }[weekdays] ??
    (byDay.length === 1 ? plainWeekdays(byDay) : null);
  return isPlain && name ? ` on the ${listed(bySetPos.map((position) => `${place(position)} ${name}`))}` : null;
}

function describeMonthly(rule: Rule, due: Due | null): string | null {
  const { byMonthDay, byDay, bySetPos, byMonth } = rule;
  const limit = inMonths(byMonth);
  const withLimit = (days: string | null) => (days === null ? null : `${days}${limit}`);
  if (bySetPos.length) return withLimit(chosenWeekdays(rule));
  if (byMonthDay.length) return withLimit(daysOfMonth(rule, byMonthDay, byMonth));
  if (byDay.length) return withLimit(nthWeekdays(byDay));
  return due ? withLimit(daysOfMonth(rule, [toCivil(dueDay(due)).day], byMonth)) : limit;
}

const monthEnds: Record<string, [string, string]> = {
  "2": ["28 Feb, or 29 Feb in leap years", "1 Mar"],
  "4": ["30 Apr", "1 May"],
  "6": ["30 Jun", "1 Jul"],
  "9": ["30 Sep", "1 Oct"],
  "11": ["30 Nov", "1 Dec"],
};

function dateOfYear(rule: Rule, day: number, month: number): string | null {
  const date = day > 0 ? `${day} ${shortMonth(month)}` : `the ${place(day)} day of ${monthName(month)}`;
  const length = month === 2 ? 28 : longMonths.includes(month) ? 31 : 30;
  if (Math.abs(day) <= length) return date;
  if (rule.skip === "OMIT") return month === 2 && Math.abs(day) === 29 ? `${date} (in leap years)` : null;
  if (day < 0) return null;
  if (month === 2 && day === 29) return `${date} (or ${rule.skip === "BACKWARD" ? "28 Feb" : "1 Mar"})`;
  const [last, following] = monthEnds[month] as [string, string];
  return rule.skip === "BACKWARD" ? last : following;
}

const allKnown = (items: (string | null)[]) => (items.some((item) => item === null) ? null : (items as string[]));

function datesOfYear(rule: Rule, days: number[], months: number[]): string | null {
  if (days.length * months.length > 12) return null;
  const dates = allKnown(months.flatMap((month) => days.map((day) => dateOfYear(rule, day, month))));
  return dates && ` on ${listed(dates)}`;
}

function describeYearly(rule: Rule, due: Due | null): string | null {
  const { byMonth, byMonthDay, byDay, byWeekNo, byYearDay, bySetPos } = rule;
  if (byWeekNo.length || byYearDay.length) return null;
  const months = listed(byMonth.map(monthName));
  if (bySetPos.length) {
    const days = chosenWeekdays(rule);
    return (
      days && `${days} of ${byMonth.length === 1 ? months : byMonth.length ? `all of ${months} together` : "the year"}`
    );
  }
  if (byMonthDay.length) {
    if (byDay.length) return null;
    if (byMonth.length) return datesOfYear(rule, byMonthDay, byMonth);
    const days = daysOfMonth(rule, byMonthDay, []);
    return days && `${days} of each month`;
  }
  if (byDay.length) {
    const days = nthWeekdays(byDay);
    return days && `${days} of ${byMonth.length > 1 ? `each of ${months}` : months || "the year"}`;
  }
  if (!due) return byMonth.length ? ` in ${months}` : "";
  const { month, day } = toCivil(dueDay(due));
  return datesOfYear(rule, [day], byMonth.length ? byMonth : [month]);
}

function describeWeekly({ byDay, byMonth, bySetPos }: Rule, due: Due | null): string | null {
  if (bySetPos.length) return null;
  const days = byDay.length ? byDay : due ? [{ nth: 0, weekday: weekdayOf(dueDay(due)) }] : [];
  return `${days.length ? ` on ${plainWeekdays(days)}` : ""}${inMonths(byMonth)}`;
}

/** DAILY and finer: every BY part only takes days away. */
function describeLimits({ byDay, byMonthDay, byMonth, byYearDay, bySetPos, frequency }: Rule): string | null {
  if (byYearDay.length || byMonthDay.length > 6 || (bySetPos.length && frequency === "DAILY")) return null;
  const weekdays = byDay.length ? `, only on ${plainWeekdays(byDay)}` : "";
  const positive = byMonthDay.filter((day) => day > 0);
  const negative = byMonthDay.filter((day) => day < 0).reverse();
  const monthDays = byMonthDay.length
    ? `, only on the ${listed([...positive, ...negative].map(monthDay))} of the month`
    : "";
  return `${weekdays}${monthDays}${inMonths(byMonth)}`;
}

/** The days of a rule in words that follow "Every …"; null where no plain words are true. */
export function describeDays(rule: Rule, due: Due | null): string | null {
  if (rule.frequency === "YEARLY") return describeYearly(rule, due);
  if (rule.frequency === "MONTHLY") return describeMonthly(rule, due);
  if (rule.frequency === "WEEKLY" && !isExact(rule)) return describeWeekly(rule, due);
  return describeLimits(rule);
}
