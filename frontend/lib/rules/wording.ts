import { ordinal, weekdayName } from "./names";
import { parseRule } from "./rule";

/** A rule in a few words, for a row: "Every day", "Every 2 weeks". The panel has the whole sentence from the server. */
export function sayRule(rrule: string, locale: string): string {
  const rule = parseRule(rrule);
  if (!rule) return sayOther(rrule);
  const { interval } = rule;
  const every = (unit: string) => (interval === 1 ? `Every ${unit}` : `Every ${interval} ${unit}s`);
  switch (rule.frequency) {
    case "DAILY":
      return every("day");
    case "WEEKLY": {
      const days = rule.weekdays;
      if (days.length === 0) return every("week");
      if (interval === 1 && days.join() === "0,1,2,3,4") return "Every workday";
      if (interval === 1 && days.length === 1) return `Every ${weekdayName(days[0]!, locale)}`;
      return `${every("week")} on ${days.map((day) => weekdayName(day, locale)).join(", ")}`;
    }
    case "MONTHLY":
      if (rule.by.kind === "day") return rule.by.day === -1 ? `${every("month")}, last day` : every("month");
      return `${every("month")}, ${rule.by.nth === -1 ? "last" : ordinal(rule.by.nth)} ${weekdayName(rule.by.weekday, locale)}`;
    case "YEARLY":
      return every("year");
  }
}

function sayOther(rrule: string): string {
  const unit = { HOURLY: "hour", MINUTELY: "minute" }[/FREQ=([A-Z]+)/.exec(rrule)?.[1] ?? ""];
  const interval = Number(/INTERVAL=(\d+)/.exec(rrule)?.[1] ?? 1);
  if (!unit || /BY/.test(rrule)) return "Repeats";
  return interval === 1 ? `Every ${unit}` : `Every ${interval} ${unit}s`;
}
