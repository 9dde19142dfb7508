import type { Facts, MessageFact } from "../check/facts.ts";
import type { Database } from "../database.ts";

export type FromLog = Pick<Facts, "messages" | "deadLetters" | "lag">;

/** What stands between producers and consumers: our sidecar's tables, or a broker. */
export type MessageLog = {
  /** To be called before the database's moment begins. */
  open(): Promise<LogMoment>;
};
export type LogMoment = {
  /** Messages that some service has not handled, and those that came since this moment was opened: none of them means rest. */
  countWaiting(database: Database): Promise<number>;
  read(database: Database): Promise<FromLog>;
};

export type Body = { id: string; type: string; subject?: string; data: { task?: Snapshot; fireAt?: string } };
type Snapshot = { version: number; status: string; dueAt: string | null; reminders: { before: string }[] };
type Stored = { topic: string; partition: number; offset: number; body: Body };

export function toMessage({ topic, partition, offset, body }: Stored): MessageFact {
  const { task, fireAt } = body.data;
  return {
    topic,
    partition,
    offset,
    eventId: body.id,
    type: body.type,
    taskId: body.subject ?? null,
    task: task
      ? {
          version: task.version,
          status: task.status,
          dueAt: task.dueAt ? Date.parse(task.dueAt) : null,
          reminders: task.reminders,
        }
      : null,
    fireAt: fireAt ? Date.parse(fireAt) : null,
  };
}
