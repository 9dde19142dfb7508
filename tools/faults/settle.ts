import { setTimeout as sleep } from "node:timers/promises";
import { type Database, inOneMoment } from "./database.ts";

const questions = [
  {
    what: "reminders that are due",
    text: "select count(*) from todo.reminders where fired_at is null and fire_at <= now()",
  },
  { what: "events in the outbox", text: "select count(*) from todo.outbox where parked_at is null" },
  {
    what: "messages that a service has not handled",
    text: `select coalesce(sum(coalesce((select max("offset") + 1 from dapr.messages m where m.topic_id = o.topic_id and m.partition = o.partition), 0)
      - o.next_offset), 0) as count from dapr.consumer_offsets o`,
  },
  { what: "jobs", text: "select count(*) from notification._private_jobs where attempts < max_attempts" },
];

export type Rest<T> = { result: T; pending: { what: string; count: number }[]; lastWaitedFor: string };

/** Reads at the first moment at which nothing is under way; when the patience ends, anyway, and says what still was. */
export async function readAtRest<T>(
  url: string,
  patienceMs: number,
  read: (database: Database) => Promise<T>,
): Promise<Rest<T>> {
  const end = Date.now() + patienceMs;
  for (let lastWaitedFor = "nothing"; ; ) {
    const isLast = Date.now() > end;
    const rest = await inOneMoment(url, async (database) => {
      const pending = await look(database);
      return pending.length === 0 || isLast ? { pending, result: [await read(database)] } : { pending, result: [] };
    }).catch((error: unknown) => {
      // The last crash may have been the database's, and it is not back yet.
      if (isLast) throw error;
      return null;
    });
    const [result] = rest?.result ?? [];
    if (rest && result !== undefined) return { result, pending: rest.pending, lastWaitedFor };
    lastWaitedFor = rest?.pending.map(({ what, count }) => `${count} ${what}`).join(", ") ?? "the database";
    await sleep(100);
  }
}

async function look(database: Database) {
  const counts: { what: string; count: number }[] = [];
  for (const { what, text } of questions) {
    const [row] = await database.ask<{ count: string }>(text);
    counts.push({ what, count: Number(row?.count) });
  }
  return counts.filter(({ count }) => count > 0);
}
