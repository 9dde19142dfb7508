import { withClient } from "@tend/service-kit/with-client";
import type pg from "pg";

/** An event that was refused for its content before it was published; it waits in the backend's outbox, on any engine. */
export type Parked = {
  id: string;
  at: string;
  topic: string;
  type: string;
  key: string;
  error: string;
  event: unknown;
};

export async function listParked(databaseUrl: string): Promise<Parked[]> {
  return ask<Parked>(
    databaseUrl,
    `select event_id as id, payload ->> 'time' as at, topic, payload ->> 'type' as type, partition_key as key, error, payload as event
      from outbox where parked_at is not null order by seq desc`,
    [],
  );
}

/** The relay takes them at its next look. */
export async function publishAgain(databaseUrl: string, ids: string[]): Promise<void> {
  await ask(databaseUrl, "update outbox set parked_at = null, error = null where event_id = any($1::uuid[])", [ids]);
}

/** The epoch that the last restore began; 0 if there was none. */
export async function lastRestore(databaseUrl: string): Promise<number> {
  const text = "select coalesce(max(epoch), 0) as since from feed_epochs where is_restored";
  return (await ask<{ since: number }>(databaseUrl, text, []))[0]?.since ?? 0;
}

/** How many events the relay has not published yet; parked ones do not count. */
export async function countOutbox(databaseUrl: string): Promise<number> {
  const rows = await ask<{ count: number }>(
    databaseUrl,
    "select count(*)::int as count from outbox where parked_at is null",
    [],
  );
  return rows[0]?.count ?? 0;
}

async function ask<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const config = { connectionString: databaseUrl, application_name: "tend events" };
  return withClient(config, async (client) => (await client.query<Row>(text, values)).rows);
}
