import type { Due } from "@tend/contracts";
import { addDays, asUtc, daysBetween, format, instantOf, localTime } from "./calendar";

/** Whose eyes a date is for: the account's locale and zone, and what day it is there. */
export type Viewer = { locale: string; timeZone: string; now: number };

export const today = (viewer: Viewer) => localTime(viewer.now, viewer.timeZone).date;

function words(locale: string, options: Intl.DateTimeFormatOptions, date: string) {
  const parts = format(locale, { ...options, timeZone: "UTC" }).formatToParts(asUtc(date));
  return parts.map((part) => (part.type === "literal" ? part.value.replace(/^, ?/, " ") : part.value)).join("");
}

/** "9:00" or "9:00 AM", as the locale has it, without a leading zero. */
export function sayClock(time: string, locale: string, seconds?: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", timeZone: "UTC" };
  if (seconds) options.second = "2-digit";
  const parts = format(locale, options).formatToParts(Date.parse(`1970-01-01T${time}:${seconds ?? "00"}Z`));
  return parts.map((part) => (part.type === "hour" ? part.value.replace(/^0(?=\d)/, "") : part.value)).join("");
}

export const sayWeekdayDate = (date: string, locale: string) =>
  words(locale, { weekday: "short", day: "numeric", month: "short" }, date);
export const sayLongDate = (date: string, locale: string) =>
  words(locale, { weekday: "long", day: "numeric", month: "long" }, date);
export const sayMonth = (date: string, locale: string) => words(locale, { month: "long", year: "numeric" }, date);
export const sayWeekday = (date: string, locale: string, length: "short" | "long" | "narrow" = "short") =>
  words(locale, { weekday: length }, date);
/** "Sun 22" or, further off, "22 Dec": the short head of a preview. */
export const sayDayOfMonth = (date: string, viewer: Viewer) =>
  Math.abs(daysBetween(today(viewer), date)) < 25
    ? `${sayWeekday(date, viewer.locale)} ${Number(date.slice(8))}`
    : words(viewer.locale, { day: "numeric", month: "short" }, date);

export function sayShortDate(date: string, viewer: Viewer) {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  if (date.slice(0, 4) !== today(viewer).slice(0, 4)) options.year = "numeric";
  return words(viewer.locale, options, date);
}

/** "Today", "Tomorrow", "Fri", "3 Mar", "3 Mar 2028". */
export function sayDay(date: string, viewer: Viewer): string {
  const distance = daysBetween(today(viewer), date);
  if (distance === 0) return "Today";
  if (distance === 1) return "Tomorrow";
  if (distance === -1) return "Yesterday";
  if (Math.abs(distance) < 7) return sayWeekday(date, viewer.locale);
  return sayShortDate(date, viewer);
}

export type Seen = { date: string; time: string | null };

/** A due as it falls for the viewer: one with its own zone is shown in theirs. */
export function seen(due: Due, viewer: Pick<Viewer, "timeZone">): Seen {
  if (!due.time || !due.timeZone || due.timeZone === viewer.timeZone) return { date: due.date, time: due.time };
  return localTime(instantOf(due.date, due.time, due.timeZone), viewer.timeZone);
}

export function dueInstant(due: Due | null, viewer: Pick<Viewer, "timeZone">): number | null {
  return due?.time ? instantOf(due.date, due.time, due.timeZone ?? viewer.timeZone) : null;
}

export function isLate(due: Due, viewer: Viewer) {
  const at = dueInstant(due, viewer);
  return at === null ? due.date < today(viewer) : at < viewer.now;
}

export function sayDue(due: Due, viewer: Viewer): string {
  const { date, time } = seen(due, viewer);
  return time ? `${sayDay(date, viewer)} ${sayClock(time, viewer.locale)}` : sayDay(date, viewer);
}

/** Under a heading that already names the day. */
export function sayTimeOfDay(due: Due, viewer: Viewer): string {
  const { time } = seen(due, viewer);
  return time ? sayClock(time, viewer.locale) : "Any time";
}

/** What a pointer resting on a date reads. */
export function sayExactly(due: Due, viewer: Viewer): string {
  const { date, time } = seen(due, viewer);
  const day = `${sayLongDate(date, viewer.locale)} ${date.slice(0, 4)}`;
  if (!time) return day;
  const own = due.timeZone && due.timeZone !== viewer.timeZone && due.time;
  return `${day}, ${sayClock(time, viewer.locale)}${own ? ` (${sayClock(due.time ?? "", viewer.locale)} ${sayZone(due.timeZone ?? "")})` : ""}`;
}

export const sayZone = (zone: string) => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** "on Sat 5 Dec", "tomorrow". */
export const sayReturnOn = (due: Due, viewer: Viewer) => sayReturn(due, viewer).replace(/^(?!to(day|morrow))/, "on ");

/** When an occurrence returns. */
export function sayReturn(due: Due, viewer: Viewer): string {
  const { date, time } = seen(due, viewer);
  const distance = daysBetween(today(viewer), date);
  if (distance === 0) return time ? `today ${sayClock(time, viewer.locale)}` : "today";
  if (distance === 1) return "tomorrow";
  const day = sayWeekdayDate(date, viewer.locale);
  return distance > 300 ? `${day} ${date.slice(0, 4)}` : day;
}

/** An instant in the past: "8:50" today, with seconds if `isExact`, "Fri 9:12" this week, "Thu 19 Nov" before. */
export function sayMoment(iso: string, viewer: Viewer, isExact = false): string {
  const local = localTime(Date.parse(iso), viewer.timeZone);
  const distance = daysBetween(local.date, today(viewer));
  if (distance <= 0) return sayClock(local.time, viewer.locale, isExact ? local.seconds : undefined);
  if (distance < 7) return `${sayWeekday(local.date, viewer.locale)} ${sayClock(local.time, viewer.locale)}`;
  return distance < 300 ? sayWeekdayDate(local.date, viewer.locale) : sayShortDate(local.date, viewer);
}

export function sayMomentExactly(iso: string, viewer: Viewer): string {
  const local = localTime(Date.parse(iso), viewer.timeZone);
  return `${sayLongDate(local.date, viewer.locale)} ${local.date.slice(0, 4)}, ${sayClock(local.time, viewer.locale, local.seconds)}`;
}

export const nextMonday = (date: string) => {
  let day = addDays(date, 1);
  while (new Date(asUtc(day)).getUTCDay() !== 1) day = addDays(day, 1);
  return day;
};
