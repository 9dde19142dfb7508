import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { RunFile } from "../run-file.ts";
import type { Place } from "./tend.ts";

/** As PostgreSQL's superuser, while Tend runs. */
export async function ask<Row extends pg.QueryResultRow>({ dataFolder }: Place, text: string, values: unknown[] = []) {
  const client = await connect(dataFolder);
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** From here on the audit service can take no event, as when it hangs; until Tend stops, which ends the lock. */
export async function holdUpAudit(place: Place): Promise<void> {
  await holdUp(place, "audit");
}

/** The services of these schemas can take no event, until they are let go or Tend stops. */
export async function holdUp({ dataFolder }: Place, ...schemas: string[]): Promise<{ letGo(): Promise<void> }> {
  const client = await connect(dataFolder);
  const inboxes = schemas.map((schema) => `${schema}.inbox`).join(", ");
  await client.query(`begin; lock table ${inboxes} in access exclusive mode`);
  return { letGo: () => client.end() };
}

/** Waits until every event is out of the outbox: accepted by the engine, though not consumed. */
export async function untilPublished(place: Place): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const [row] = await ask<{ count: number }>(place, "select count(*)::int as count from todo.outbox");
    if (row?.count === 0) return;
  }
  throw new Error(`the outbox in ${join(place.dataFolder)} did not become empty`);
}

async function connect(dataFolder: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: RunFile.read(dataFolder)?.databaseUrl });
  client.on("error", () => {});
  await client.connect();
  return client;
}
