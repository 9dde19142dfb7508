import type { Due, Recurrence } from "@tend/contracts";
import { dueInstant, preview } from "@tend/recurrence";
import type { Moment, Reference } from "./date-phrases.ts";
import type { Repetition } from "./recurrence-phrases.ts";

const dayOf = (due: Due) => Number(due.date.slice(8));
const monthOf = (due: Due) => Number(due.date.slice(5, 7));

function ruleOf({ frequency, by }: Repetition, interval: number, end: string[] = [], skips = false): string {
  const every = interval > 1 ? [`INTERVAL=${interval}`] : [];
  const skip = skips ? ["RSCALE=GREGORIAN", "SKIP=BACKWARD"] : [];
  return [`FREQ=${frequency}`, ...every, ...by, ...end, ...skip].join(";");
}

/** Days that some months lack are said with what happens there: the last day instead. */
export function toRecurrence(repetition: Repetition, due: Due, until: string | null): Recurrence {
  const { frequency, interval, count, from, by, monthDays, month } = repetition;
  const end = count ? [`COUNT=${count}`] : until ? [`UNTIL=${until.replaceAll("-", "")}`] : [];
  const takesDayFromDue =
    by.length === 0 && (frequency === "MONTHLY" || (frequency === "YEARLY" && monthOf(due) === 2));
  const days = takesDayFromDue ? [dayOf(due)] : monthDays;
  const skips = days.some((day) => day > 28) && (month === null || month === 2);
  if (!takesDayFromDue || !skips) return { rrule: ruleOf(repetition, interval, end, skips), from };
  const inMonth = frequency === "YEARLY" ? ["BYMONTH=2"] : [];
  const said = { ...repetition, by: [...inMonth, `BYMONTHDAY=${dayOf(due)}`] };
  return { rrule: ruleOf(said, interval, end, true), from };
}

/** The rule's first occurrence on or after the date said, or from now on. INTERVAL counts from there. */
export function firstDue(repetition: Repetition, moment: Moment | null, reference: Reference): Due {
  const { now, timeZone } = reference;
  const here = Temporal.Instant.from(now).toZonedDateTimeISO(timeZone);
  const isExact = repetition.frequency === "HOURLY" || repetition.frequency === "MINUTELY";
  const time = moment?.time ?? repetition.time;
  if (isExact && !time && !moment?.date) return afterOneInterval(repetition, here);
  const start = (date: string): Due => {
    const at = time ?? (isExact ? "09:00" : null);
    return { date, time: at, timeZone: at ? timeZone : null };
  };
  const rrule = ruleOf(
    repetition,
    isExact ? repetition.interval : 1,
    [],
    repetition.monthDays.some((day) => day > 28),
  );
  const firstFrom = (due: Due) => preview({ rrule, from: "due" }, due, 1, timeZone)[0] ?? due;
  const isOver = (due: Due) => (dueInstant(due, timeZone) ?? "~") <= now;
  const today = here.toPlainDate();
  const { date, ...rest } = firstFrom(start(moment?.date ?? today.toString()));
  const first = { date, time: rest.time, timeZone: rest.timeZone };
  if (moment?.date || !isOver(first)) return first;
  const later = isExact ? laterToday(rrule, first, reference) : firstFrom(start(today.add({ days: 1 }).toString()));
  return { date: later.date, time: later.time, timeZone: later.timeZone };
}

/** "every 2 hours", said at 13:47, is due at 15:47. */
function afterOneInterval({ frequency, interval }: Repetition, here: Temporal.ZonedDateTime): Due {
  const first = here.add(frequency === "HOURLY" ? { hours: interval } : { minutes: interval });
  const time = first.toPlainTime().toString({ smallestUnit: "minute" });
  return { date: first.toPlainDate().toString(), time, timeZone: here.timeZoneId };
}

function laterToday(rrule: string, start: Due, { now, timeZone }: Reference): Due {
  const recurrence = { rrule, from: "due" } as const;
  return preview(recurrence, start, 100, timeZone).find(({ at }) => at !== null && at > now) ?? start;
}
