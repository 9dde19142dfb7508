import type { Due, TaskEventType } from "@tend/contracts";

export type Account = { id: string; email: string; token: string; timeZone: string };

/** A change that the API has acknowledged: there must be exactly this event, at this version, for ever. */
export type Acknowledged = {
  type: TaskEventType;
  version: number;
  sentAt: number;
  answeredAt: number;
  attempts: number;
  /** Of a completed, skipped or deleted one. */
  nextDue?: Due | null;
};

export type Fields = {
  title: string;
  notes: string;
  priority: string;
  status: string;
  due: Due | null;
  reminders: { id: string; before: string }[];
};

/** A task as its only writer knows it: what the last acknowledged change (or reading) left. */
export type KnownTask = {
  id: string;
  accountId: string;
  seriesId: string | null;
  occurrenceNumber: number | null;
  /** Created by a client; else a next occurrence that a client has seen. */
  isCreated: boolean;
  /** Taken back by reopening its predecessor; it may be revived. */
  isWithdrawn: boolean;
  isTouched: boolean;
  fields: Fields;
  acknowledged: Acknowledged[];
};

export type LoadRecord = {
  accounts: Account[];
  tasks: Map<string, KnownTask>;
  /** Answers that a client with exclusive tasks must never get. */
  surprises: string[];
  /** Requests sent twice on purpose, at once. */
  doubled: number;
};
export const newRecord = (): LoadRecord => ({ accounts: [], tasks: new Map(), surprises: [], doubled: 0 });

export type TaskBody = Fields & {
  id: string;
  seriesId: string | null;
  occurrenceNumber: number | null;
  version: number;
};

export const fieldsOf = ({ title, notes, priority, status, due, reminders }: TaskBody): Fields => ({
  title,
  notes,
  priority,
  status,
  due,
  reminders,
});
