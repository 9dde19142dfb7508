import type { Pool } from "@tend/service-kit";
import type { PoolClient } from "pg";

export type Pointer = {
  seq: number;
  event_id: string;
  topic: string;
  partition_key: string;
  traceparent: string | null;
  /** In which it is published: a restore tells by it what was published before. */
  epoch: number;
  /** The CloudEvent as JSON: nobody here needs to look into it. */
  payload: string;
};

/** The table is empty or long from one moment to the next, never as its statistics say: believing those, PostgreSQL reads a long one whole and sorts it. */
export const readAsQueue = "set enable_seqscan = off; set enable_bitmapscan = off";

// Order matters within a lane only: each lane's index gives its first rows.
export const readStatement = `
  select o.*, (select max(epoch) from feed_epochs) as epoch from unnest($1::smallint[]) as held(lane) cross join lateral (
    select seq, event_id, topic, partition_key, payload ->> 'traceparent' as traceparent, payload::text as payload from outbox
    where lane = held.lane and parked_at is null and seq <> all($3::bigint[]) order by seq limit $2) o`;

/** The first events of each lane, at most `perLane` of each, without those of `except`, on a connection that was told to `readAsQueue`. */
export async function readOutbox(
  client: PoolClient,
  lanes: number[],
  perLane: number,
  except: number[] = [],
): Promise<Pointer[]> {
  const values = [lanes, perLane, except];
  return (await client.query<Pointer>({ name: "outbox-read", text: readStatement, values })).rows;
}

export const deleteStatement = "delete from outbox where seq = any($1::bigint[])";

/** Also on a connection that was told to `readAsQueue`. */
export async function deletePublished(client: PoolClient, seqs: number[]): Promise<void> {
  if (seqs.length > 0) await client.query({ name: "outbox-delete", text: deleteStatement, values: [seqs] });
}

export async function park(pool: Pool, seq: number, error: string): Promise<void> {
  await pool.query("update outbox set parked_at = now(), error = $2 where seq = $1", [seq, error]);
}

/** Age of the oldest unpublished event in seconds, how many wait, how many are parked: for the metrics. */
export async function outboxState(pool: Pool): Promise<{ age: number; waiting: number; parked: number }> {
  const text = `
    select coalesce(extract(epoch from now() - (select e.at from events e where e.seq = min(o.seq) filter (where o.parked_at is null))), 0)::float8 as age,
      count(*) filter (where o.parked_at is null)::int as waiting, count(*) filter (where o.parked_at is not null)::int as parked
    from (select seq, parked_at from outbox limit 100000) o`;
  const { rows } = await pool.query<{ age: number; waiting: number; parked: number }>(text);
  return rows[0] ?? { age: 0, waiting: 0, parked: 0 };
}
