import { format } from "../dates/calendar";

const monday = Date.UTC(2026, 0, 5);

/** 0 is Monday. */
export const weekdayName = (weekday: number, locale: string, length: "short" | "long" | "narrow" = "short") =>
  format(locale, { weekday: length, timeZone: "UTC" }).format(monday + weekday * 86_400_000);

export const monthName = (month: number, locale: string) =>
  format(locale, { month: "long", timeZone: "UTC" }).format(Date.UTC(2026, month - 1, 1));

export function ordinal(value: number): string {
  const tens = value % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[value % 10] ?? "th");
  return `${value}${ending}`;
}
