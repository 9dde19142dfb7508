import { z } from "zod";
import { Due, Id, Instant } from "../primitives.ts";
import { Actor, Changes, defineEvent, otherTypes } from "./define-event.ts";

export const accountUpdated = defineEvent(
  "account.updated.v1",
  "task-events",
  z.object({ accountId: Id, actor: Actor, at: Instant, changes: Changes }),
);

/** A project or label was made, changed or deleted; `entity` tells the feed what to load again. */
export const projectChanged = defineEvent(
  "project.changed.v1",
  "task-events",
  z.object({ accountId: Id, actor: Actor, at: Instant, projectId: Id, changes: Changes }),
);
export const labelChanged = defineEvent(
  "label.changed.v1",
  "task-events",
  z.object({ accountId: Id, actor: Actor, at: Instant, labelId: Id, changes: Changes }),
);

/** What a later version tells of an account, as far as this one can understand it. */
export const otherEvent = defineEvent(
  otherTypes,
  "task-events",
  z.object({ accountId: Id, actor: Actor, at: Instant, changes: Changes.default({}) }),
);

/** One reminder of one person has come due. `reminderId` and `fireAt` together name it for ever. */
export const reminderDue = defineEvent(
  "reminder.due.v1",
  "reminders",
  z.object({
    accountId: Id,
    reminderId: Id,
    taskId: Id,
    fireAt: Instant,
    title: z.string(),
    due: Due.nullable(),
    dueAt: Instant.nullable(),
    at: Instant,
  }),
);
export type ReminderDue = z.infer<typeof reminderDue.data>;

export const AuditAction = z.enum([
  "account.created",
  "session.created",
  "session.ended",
  "session.refused",
  "token.created",
  "token.revoked",
  "account.exported",
]);
export const auditRecorded = defineEvent(
  "audit.recorded.v1",
  "audit-logs",
  z.object({
    accountId: Id,
    actor: Actor,
    at: Instant,
    /** An `AuditAction`, or one of a later version. */
    action: z.string(),
    details: z.record(z.string(), z.string()),
  }),
);
