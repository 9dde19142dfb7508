import { isDeepStrictEqual } from "node:util";
import type { Due, Reminder } from "@tend/contracts";
import { dueInstant, endOfDay, fireAt } from "@tend/recurrence";
import type { Actor } from "../../auth/actor.ts";
import type { TaskRow } from "./task-row.ts";

export type Zone = Pick<Actor, "timeZone" | "allDayTime">;

/** The columns that follow from a due in the owner's zone. An all-day due sorts at the end of its day. */
export function deriveDue(due: Due | null, zone: Zone): Pick<TaskRow, "due" | "due_at" | "due_date" | "due_sort"> {
  if (!due) return { due: null, due_at: null, due_date: null, due_sort: "infinity" };
  const due_at = dueInstant(due, zone.timeZone);
  return { due, due_at, due_date: due.date, due_sort: due_at ?? endOfDay(due.date, due.timeZone ?? zone.timeZone) };
}

export type ReminderMoment = { spec_id: string; fire_at: string | null };

/** When each reminder fires; null where it sleeps. The database decides whether a moment is past. */
export function reminderMoments(task: Pick<TaskRow, "reminders" | "due" | "status">, zone: Zone): ReminderMoment[] {
  return task.reminders.map((reminder) => ({
    spec_id: reminder.id,
    fire_at: task.status === "open" ? fireAt(reminder, task.due, zone.timeZone, zone.allDayTime) : null,
  }));
}

export type NewReminder = { id?: string | undefined; before: string } | { id?: string | undefined; at: Due };

/** A reminder sent without an id is the task's equal one, if it has that, else a new one: sending the same list again changes nothing. */
export function withIds(reminders: NewReminder[], existing: Reminder[], newId: () => string): Reminder[] {
  const unclaimed = existing.filter(({ id }) => !reminders.some((reminder) => reminder.id === id));
  return reminders.map((reminder) => {
    if (reminder.id) return { ...reminder, id: reminder.id };
    const at = unclaimed.findIndex(({ id, ...moment }) => isDeepStrictEqual(moment, withoutId(reminder)));
    const [same] = at < 0 ? [] : unclaimed.splice(at, 1);
    return { id: same?.id ?? newId(), ...withoutId(reminder) };
  });
}

const withoutId = (reminder: NewReminder) => ("before" in reminder ? { before: reminder.before } : { at: reminder.at });

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
let last = 0;

/**
 * A fractional-indexing key after every key made before: `h` and eight base-62 digits of the time in hundredths of a
 * millisecond, so that appending reads nothing and moving can still put a key between any two.
 */
export function positionAtEnd(now = Date.now()): string {
  last = Math.max(now * 100, last + 1);
  let key = "";
  for (let rest = last, i = 0; i < 8; i++, rest = Math.floor(rest / 62)) key = digits[rest % 62] + key;
  return `h${key}`;
}
