import { setTimeout as sleep } from "node:timers/promises";
import { type Database, inOneMoment } from "./database.ts";
import type { FromLog, LogMoment, MessageLog } from "./log/message-log.ts";
import { type FromDatabase, readFacts } from "./read-facts.ts";

const questions = [
  {
    what: "reminders that are due",
    text: "select count(*) from todo.reminders where fired_at is null and fire_at <= now()",
  },
  { what: "events in the outbox", text: "select count(*) from todo.outbox where parked_at is null" },
  { what: "jobs", text: "select count(*) from notification._private_jobs where attempts < max_attempts" },
];

export type Rest = {
  result: FromDatabase & FromLog;
  pending: { what: string; count: number }[];
  lastWaitedFor: string;
};
type Resting = { databaseUrl: string; log: MessageLog; patienceMs: number };

/** Reads at the first moment at which nothing is under way; when the patience ends, anyway, and says what still was. */
export async function readAtRest({ databaseUrl, log, patienceMs }: Resting): Promise<Rest> {
  const end = Date.now() + patienceMs;
  for (let lastWaitedFor = "nothing"; ; ) {
    const isLast = Date.now() > end;
    const rest = await tryToRead(databaseUrl, log, isLast).catch((error: unknown) => {
      // The last crash may have been the database's or the broker's, and it is not back yet.
      if (isLast) throw error;
      return null;
    });
    if (rest?.result) return { result: rest.result, pending: rest.pending, lastWaitedFor };
    lastWaitedFor = rest?.pending.map(({ what, count }) => `${count} ${what}`).join(", ") ?? "the database or the log";
    await sleep(100);
  }
}

async function tryToRead(databaseUrl: string, log: MessageLog, isLast: boolean) {
  const moment = await log.open();
  return inOneMoment(databaseUrl, async (database) => {
    const pending = await look(database, moment);
    if (pending.length > 0 && !isLast) return { pending };
    return { pending, result: { ...(await readFacts(database)), ...(await moment.read(database)) } };
  });
}

async function look(database: Database, moment: LogMoment) {
  const counts: { what: string; count: number }[] = [];
  for (const { what, text } of questions) {
    const [row] = await database.ask<{ count: string }>(text);
    counts.push({ what, count: Number(row?.count) });
  }
  counts.push({ what: "messages that a service has not handled", count: await moment.countWaiting(database) });
  return counts.filter(({ count }) => count > 0);
}
