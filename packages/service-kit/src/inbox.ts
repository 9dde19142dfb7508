import type { Pool, Queryable } from "./database.ts";

/**
 * Records event ids and returns those that were new. In the same transaction as the effect: an event seen twice has one effect.
 * Each service's migrations hold: `create table inbox (event_id uuid primary key, received_at timestamptz not null default now())`.
 */
export async function recordInInbox(tx: Queryable, eventIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ event_id: string }>({
    name: "inbox-record",
    text: "insert into inbox (event_id) select distinct unnest($1::uuid[]) order by 1 on conflict do nothing returning event_id",
    values: [eventIds],
  });
  return new Set(rows.map((row) => row.event_id));
}

export async function isInInbox(pool: Queryable, eventId: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: "inbox-find",
    text: "select 1 from inbox where event_id = $1",
    values: [eventId],
  });
  return rowCount === 1;
}

/**
 * Longer than the longest way back to a consumer that has handled an event. Another one takes it just before its topic forgets it, and fails;
 * the dead letter is sent again just before it is forgotten, and is read just before the topic forgets it again. On Kafka, where a topic
 * keeps events for 30 days, letters for 90, and each up to a week longer, that makes 171.
 */
export const inboxKeptDays = 180;

/** Forgets ids older than any replay, in small steps so that no statement runs long. */
export async function pruneInbox(pool: Pool): Promise<number> {
  let pruned = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from inbox where event_id in (
         select event_id from inbox where received_at < now() - make_interval(days => $1) limit 5000)`,
      [inboxKeptDays],
    );
    pruned += rowCount ?? 0;
    if ((rowCount ?? 0) < 5000) return pruned;
  }
}
