import { setTimeout as sleep } from "node:timers/promises";
import type { Logger, Pool } from "@tend/service-kit";
import { fireDueReminders, untilNextReminder } from "./fire-due-reminders.ts";

/** Milliseconds: no reminder that is set meanwhile can be noticed later than this. */
const longestNap = 1_000;
const shortestNap = 5;

/** Fires reminders to the second. The minutely tick is the guarantee; this is only the alarm clock beside it. */
export function startReminderTimer({ pool, log, onFired }: { pool: Pool; log: Logger; onFired(): void }): {
  close(): Promise<void>;
} {
  const stop = new AbortController();
  const run = async () => {
    while (!stop.signal.aborted) {
      let nap = longestNap;
      try {
        const wait = await untilNextReminder(pool);
        if (wait !== null && wait <= 0) await fireDueReminders(pool, onFired);
        if (wait !== null) nap = Math.min(Math.max(Math.ceil(wait), shortestNap), longestNap);
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ err: error }, "reminders wait for the database");
      }
      await sleep(nap, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
