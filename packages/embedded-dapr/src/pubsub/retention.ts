import type pg from "pg";

/**
 * Deletes messages that every group has consumed and that are older than `days`; dead letters older than
 * `deadLetterDays` go whether someone consumes them or not. Returns how many went.
 */
export async function prune(
  pool: pg.Pool,
  { days, deadLetterDays }: { days: number; deadLetterDays: number },
): Promise<number> {
  const { rows } = await pool.query<{ id: number; partition: number; up_to: string }>(
    `select t.id, p.partition, coalesce(
        (select min(c.next_offset) from consumer_offsets c where c.topic_id = t.id and c.partition = p.partition),
        9223372036854775807) as up_to
      from topics t, generate_series(0, t.partitions - 1) as p (partition)`,
  );
  let pruned = 0;
  for (const { id, partition, up_to } of rows) {
    // In slices, so that no transaction is long.
    for (;;) {
      const gone = await pruneSlice(pool, [id, partition, up_to, days, deadLetterDays]);
      pruned += gone;
      if (gone < 5_000) break;
    }
  }
  return pruned;
}

async function pruneSlice(pool: pg.Pool, values: unknown[]): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `with old as (
        select "offset" from messages
        where topic_id = $1 and partition = $2 and "offset" < $3
          and published_at < now() - make_interval(days => case when dead_letter is null then $4::int else $5::int end)
        order by "offset" limit 5000
      ), gone as (
        delete from messages m using old
        where m.topic_id = $1 and m.partition = $2 and m."offset" = old."offset" returning m."offset"
      ), kept as (
        insert into pruned_partitions (topic_id, partition, next_offset)
        select $1, $2, max("offset") + 1 from gone having count(*) > 0
        on conflict (topic_id, partition) do update set next_offset = greatest(pruned_partitions.next_offset, excluded.next_offset)
      )
      select count(*)::int as count from gone`,
    values,
  );
  return rows[0]!.count;
}
