import type pg from "pg";
import { readConsumers } from "./consumers.ts";
import type { Waiting } from "./waiting.ts";

// Partition by partition, so that the primary key answers.
const unconsumed = `
  select w.group_id as "group", w.topic, sum(found.count)::int as count
  from unnest($1::text[], $2::text[]) as w (group_id, topic)
    join topics t on t.name = w.topic
    cross join generate_series(0, t.partitions - 1) as p (partition)
    left join consumer_offsets c on c.group_id = w.group_id and c.topic_id = t.id and c.partition = p.partition
    cross join lateral (
      select count(*) from messages m
      where m.topic_id = t.id and m.partition = p.partition and m."offset" >= coalesce(c.next_offset, 0)
    ) found
  group by 1, 2 having sum(found.count) > 0 order by 1, 2`;

const unsent = `
  select count(*)::int as count from messages
  where dead_letter is not null and resent_at is null
    and published_at > coalesce((select dead_letters_left_at from engines where name = 'embedded'), '-infinity')`;

/** What the log in PostgreSQL holds, whether a sidecar runs or not; without dead letters that were left on purpose. */
export async function countInEmbedded(client: pg.ClientBase): Promise<Waiting> {
  const consumers = readConsumers();
  const values = [consumers.map(({ group }) => group), consumers.map(({ topic }) => topic)];
  const { rows: events } = await client.query<Waiting["events"][number]>(unconsumed, values);
  const { rows } = await client.query<{ count: number }>(unsent);
  return { events, deadLetters: rows[0]?.count ?? 0 };
}
