import { z } from "zod";
import { Due, Id, Instant, Version } from "../primitives.ts";
import { Recurrence, Task, TaskStatus } from "../tasks.ts";
import { Actor, Changes, defineEvent } from "./define-event.ts";

/** All that `next()` needs, as it was when the event happened. `zone` is the account zone that floating dues mean. */
export const SeriesSnapshot = z.object({
  id: Id,
  version: Version,
  recurrence: Recurrence,
  anchor: Due,
  anchorNumber: z.number().int(),
  occurrence: Due,
  occurrenceNumber: z.number().int(),
  due: Due,
  zone: z.string(),
});
export type SeriesSnapshot = z.infer<typeof SeriesSnapshot>;

/** A withdrawn occurrence is in no list and answers 404, but its event tells of it. */
export const TaskSnapshot = Task.omit({ status: true }).extend({
  status: z.enum([...TaskStatus.options, "withdrawn"]),
});
export type TaskSnapshot = z.infer<typeof TaskSnapshot>;

const data = { accountId: Id, actor: Actor, at: Instant, task: TaskSnapshot, changes: Changes };
const Changed = z.object({ ...data, series: SeriesSnapshot.nullable() });
const Closed = Changed.extend({ completedAt: Instant, nextDue: Due.nullable() });

export const taskCreated = defineEvent("task.created.v1", "task-events", Changed);
export const taskUpdated = defineEvent("task.updated.v1", "task-events", Changed);
export const taskCompleted = defineEvent("task.completed.v1", "task-events", Closed);
export const taskSkipped = defineEvent("task.skipped.v1", "task-events", Closed);
export const taskReopened = defineEvent("task.reopened.v1", "task-events", Changed);
/** `scope: this` in a series means that the next occurrence is still made, `all` that the series ended. */
export const taskDeleted = defineEvent(
  "task.deleted.v1",
  "task-events",
  Closed.extend({ scope: z.enum(["this", "all"]) }),
);
export const taskRestored = defineEvent("task.restored.v1", "task-events", Changed);
export const taskWithdrawn = defineEvent("task.withdrawn.v1", "task-events", Changed);
export const taskRevived = defineEvent("task.revived.v1", "task-events", Changed);

export const taskEvents = [
  taskCreated,
  taskUpdated,
  taskCompleted,
  taskSkipped,
  taskReopened,
  taskDeleted,
  taskRestored,
  taskWithdrawn,
  taskRevived,
] as const;
export type TaskEventType = (typeof taskEvents)[number]["type"];
