import { describeDays } from "./describe-days.ts";
import { describeEnd, describeTimes } from "./describe-times.ts";
import type { Due, Recurrence } from "./due.ts";
import { isExact } from "./pattern.ts";
import { parseRule, type Rule } from "./rule.ts";

const units = { YEARLY: "year", MONTHLY: "month", WEEKLY: "week", DAILY: "day", HOURLY: "hour", MINUTELY: "minute" };

function every({ frequency, interval }: Rule): string {
  return interval === 1 ? `Every ${units[frequency]}` : `Every ${interval} ${units[frequency]}s`;
}

function isEveryWeekday({ frequency, interval, byDay }: Rule): boolean {
  const workdays = byDay.length === 5 && byDay.every(({ weekday }) => weekday < 5);
  return interval === 1 && workdays && (frequency === "WEEKLY" || frequency === "DAILY");
}

/** Null where no plain sentence would be true. */
function sentence(rule: Rule, due: Due | null): string | null {
  const days =
    isEveryWeekday(rule) && !rule.byMonthDay.length
      ? describeDays({ ...rule, byDay: [] }, null)
      : describeDays(rule, due);
  const times = describeTimes(rule, due);
  if (days === null || times === null) return null;
  const start = isEveryWeekday(rule) && !rule.byMonthDay.length ? "Every weekday" : every(rule);
  return `${start}${days}${times}`;
}

/** The rule in English; `due` supplies what the rule takes from its start. Other languages are not written yet. */
export function describeRule(recurrence: Recurrence, due: Due | null, _locale = "en"): string {
  const rule = parseRule(recurrence.rrule);
  const isDateOnly = due?.time === null;
  const plain = isExact(rule) && isDateOnly ? null : sentence(rule, due);
  const after = recurrence.from === "completion" ? " after completion" : "";
  if (plain === null) return `By the rule ${recurrence.rrule.trim()}${after}`;
  return `${plain}${after}${describeEnd(rule, due)}`;
}
