import type { Due } from "@tend/contracts";
import type { Kill } from "../kill-part.ts";
import type { FeedReading } from "../load/feed-reader.ts";
import type { LoadRecord } from "../load/record.ts";
import type { Mail } from "../mail-sink.ts";

/** Instants are milliseconds since 1970. */
export type TaskFact = {
  id: string;
  accountId: string;
  seriesId: string | null;
  predecessorId: string | null;
  title: string;
  notes: string;
  priority: string;
  status: "open" | "done" | "skipped" | "trashed" | "withdrawn";
  due: Due | null;
  reminders: { id: string; before: string }[];
  occurrence: Due | null;
  occurrenceNumber: number | null;
  nextDue: Due | null;
  /** What the next occurrence takes instead of what was changed for this one only. */
  exceptions: { title?: string; notes?: string; priority?: string };
  /** False once somebody has changed it after it was made. */
  isUntouched: boolean;
  version: number;
};
export type EventFact = {
  seq: number;
  id: string;
  type: string;
  accountId: string;
  taskId: string | null;
  version: number;
  at: number;
  /** Of `reminder.due.v1`. */
  reminder: { id: string; fireAt: number } | null;
};
/** A message in the log between producers and consumers. */
export type MessageFact = {
  topic: string;
  partition: number;
  offset: number;
  eventId: string;
  type: string;
  taskId: string | null;
  task: { version: number; status: string; dueAt: number | null; reminders: { before: string }[] } | null;
  fireAt: number | null;
};
export type NotificationFact = {
  id: string;
  accountId: string;
  reminderId: string;
  taskId: string;
  fireAt: number;
  isShown: boolean;
  deliveries: {
    id: string;
    channel: string;
    status: string;
    attempts: number;
    sentAt: number | null;
    error: string | null;
  }[];
};

export type Facts = {
  /** When the database was read, all of it as of one moment: nothing was under way. */
  readAt: number;
  record: LoadRecord;
  feeds: FeedReading[];
  /** Also a few that came after `readAt`. */
  mails: Mail[];
  kills: Kill[];
  /** Processes of each service. */
  replicas: number;
  mailDomain: string;
  tasks: TaskFact[];
  events: EventFact[];
  /** Ids of what happened while the feeds were read to their end. */
  laterEvents: string[];
  outbox: { eventId: string; parkedAt: string | null; error: string | null }[];
  messages: MessageFact[];
  deadLetters: { topic: string; group: string; reason: string; eventId: string }[];
  lag: { group: string; topic: string; behind: number }[];
  audit: { eventId: string; accountId: string; sequence: number; subject: string | null; version: number | null }[];
  /** What the audit service's own command says of its chains. */
  chains: { isWhole: boolean; output: string };
  recurringInbox: string[];
  ledger: { seriesId: string; taskId: string; state: string; version: number }[];
  notificationInbox: string[];
  notifications: NotificationFact[];
  jobs: { service: string; task: string; attempts: number; error: string | null }[];
};

/** One promise of the product; `find` gives a sentence for each time it was broken. */
export type Check = { promise: string; find(facts: Facts): string[] };

/** An occurrence that ends so has a next one, if the series goes on. */
export const closingTypes: ReadonlySet<string> = new Set(["task.completed.v1", "task.skipped.v1", "task.deleted.v1"]);

export const sameDue = (a: Due | null, b: Due | null) =>
  a === b || (a !== null && b !== null && a.date === b.date && a.time === b.time && a.timeZone === b.timeZone);

/** Those keys that come more than once. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, keyOf)].filter(([, group]) => group.length > 1);
}
