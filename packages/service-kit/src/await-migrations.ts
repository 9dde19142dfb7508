import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "./log.ts";
import { type Migrations, pendingMigrations } from "./migrate.ts";

type Waiting = Migrations & { log: Logger; signal: AbortSignal };

/** Waits until someone has applied this version's migrations: in a rollout the service may be there before they are. */
export async function awaitMigrations({ log, signal, ...migrations }: Waiting): Promise<void> {
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    const [next, ...more] = await pendingMigrations(migrations);
    if (next === undefined) return;
    log.info({ next, more: more.length }, "waiting for migrations");
    await sleep(pause, undefined, { signal });
  }
}
