import { toCivil } from "./calendar.ts";

export const weekdayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const shortWeekdays = weekdayNames.map((name) => name.slice(0, 3));
const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const shortMonths = monthNames.map((name) => name.slice(0, 3));

export const monthName = (month: number) => monthNames[month - 1] as string;
export const shortMonth = (month: number) => shortMonths[month - 1] as string;

export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

export function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

/** 1 is "first", 4 "4th", -1 "last", -2 "2nd to last". */
export function place(nth: number): string {
  if (nth === -1) return "last";
  if (nth < 0) return `${ordinal(-nth)} to last`;
  return ["", "first", "second", "third"][nth] ?? ordinal(nth);
}

/** 540 is "9:00". */
export const clockTime = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

export function dayMonthYear(epochDay: number): string {
  const { year, month, day } = toCivil(epochDay);
  return `${day} ${shortMonth(month)} ${year}`;
}
