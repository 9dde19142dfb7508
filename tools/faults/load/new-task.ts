import type { Due } from "@tend/contracts";
import type { Random } from "../random.ts";
import type { Account } from "./record.ts";

export type NewReminder = { id: string; before: string };
export type NewTask = {
  id: string;
  title: string;
  notes: string;
  priority: string;
  due?: Due;
  recurrence?: { rrule: string; from: "due" | "completion" };
  reminders?: NewReminder[];
};

/** Milliseconds from now within which a reminder of the load fires. */
const soonest = 2_000;
const latest = 14_000;

const rules: { rrule: string; from: "due" | "completion"; isAllDay?: boolean }[] = [
  { rrule: "FREQ=DAILY", from: "due" },
  { rrule: "FREQ=DAILY;INTERVAL=3", from: "due", isAllDay: true },
  { rrule: "FREQ=WEEKLY;BYDAY=MO,TH", from: "due" },
  { rrule: "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD", from: "due", isAllDay: true },
  { rrule: "FREQ=DAILY;COUNT=2", from: "due" },
  { rrule: "FREQ=HOURLY;INTERVAL=6", from: "due" },
  { rrule: "FREQ=DAILY", from: "completion" },
  { rrule: "FREQ=WEEKLY", from: "completion", isAllDay: true },
];
export const priorities = ["none", "low", "medium", "high", "urgent"];

export function newTask(random: Random, account: Account, name: string): NewTask {
  const task: NewTask = {
    id: random.uuid(),
    title: name,
    notes: random.chance(0.3) ? `Notes of ${name}\nsecond line` : "",
    priority: random.pick(priorities),
  };
  const kind = random.next();
  if (kind < 0.3) return { ...task, ...(random.chance(0.3) ? { due: dayFromNow(random) } : {}) };
  if (kind < 0.65) return { ...task, ...soonDue(random, account) };
  if (kind < 0.9) return { ...task, ...recurring(random, account) };
  return { ...task, ...everyMinute(random, account) };
}

/** A due and one or two reminders that fire within seconds. */
export function soonDue(random: Random, account: Account): { due: Due; reminders: NewReminder[] } {
  const first = Math.ceil((Date.now() + random.int(soonest, latest)) / 1_000);
  const moments = random.chance(0.2) ? [first, first + 3] : [first];
  const dueAt = Math.ceil(first / 60 + 1) * 60 + random.int(0, 2) * 60;
  const reminders = moments.map((moment) => ({ id: random.uuid(), before: `PT${dueAt - moment}S` }));
  return { due: dueOf(dueAt * 1_000, random, account), reminders };
}

function recurring(random: Random, account: Account): Pick<NewTask, "due" | "recurrence" | "reminders"> {
  const { isAllDay, ...recurrence } = random.pick(rules);
  if (isAllDay) return { due: dayFromNow(random), recurrence };
  const at = Date.now() + random.int(-3 * 24, 3 * 24) * 3_600_000;
  return {
    due: dueOf(at, random, account),
    recurrence,
    ...(random.chance(0.3) ? { reminders: [{ id: random.uuid(), before: "PT10M" }] } : {}),
  };
}

/** Its next occurrences, too, have reminders that fire while the run lasts. */
function everyMinute(random: Random, account: Account): Pick<NewTask, "due" | "recurrence" | "reminders"> {
  return {
    due: dueOf(Date.now() + 60_000, random, account),
    recurrence: { rrule: "FREQ=MINUTELY", from: random.chance(0.3) ? "completion" : "due" },
    reminders: [{ id: random.uuid(), before: `PT${random.int(10, 55)}S` }],
  };
}

function dueOf(instant: number, random: Random, account: Account): Due {
  const timeZone = random.pick([null, "UTC", "Europe/Berlin", "Asia/Kolkata"]);
  const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone ?? account.timeZone);
  return { date: at.toPlainDate().toString(), time: at.toPlainTime().toString({ smallestUnit: "minute" }), timeZone };
}

function dayFromNow(random: Random): Due {
  const date = Temporal.Now.plainDateISO("UTC").add({ days: random.int(-3, 5) });
  return { date: date.toString(), time: null, timeZone: null };
}
