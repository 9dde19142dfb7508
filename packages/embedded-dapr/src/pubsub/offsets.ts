import type { Logger } from "pino";
import { messageOf } from "../errors.ts";
import type { OrderedLog } from "./log.ts";
import type { Partition } from "./partition.ts";

const flushEvery = 50;

/** Commits what the groups have handled, a little behind: a crash redelivers at most the last 50 ms. */
export class ConsumerOffsets {
  readonly #log: OrderedLog;
  readonly #logger: Logger;
  #dirty = new Map<string, { group: string; partition: Partition; next: number }>();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> = Promise.resolve();

  constructor(log: OrderedLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  /** Where a group goes on in a topic; a group that is new starts at the oldest message. */
  async load(group: string, partitions: Partition[]): Promise<number[]> {
    const topicId = partitions[0]!.topicId;
    await this.#log.pool.query(
      `insert into consumer_offsets (group_id, topic_id, partition, next_offset)
        select $1, $2, number, 0 from unnest($3::smallint[]) as number on conflict do nothing`,
      [group, topicId, partitions.map(({ number }) => number)],
    );
    const { rows } = await this.#log.pool.query<{ partition: number; next: string }>(
      "select partition, next_offset as next from consumer_offsets where group_id = $1 and topic_id = $2",
      [group, topicId],
    );
    const next = new Map(rows.map((row) => [row.partition, Number(row.next)]));
    return partitions.map(({ number }) => next.get(number) ?? 0);
  }

  commit(group: string, partition: Partition, next: number): void {
    this.#dirty.set(`${group}/${partition.topicId}/${partition.number}`, { group, partition, next });
    this.#timer ??= setTimeout(() => void this.flush(), flushEvery);
  }

  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const taken = this.#dirty;
    this.#dirty = new Map();
    const rows = [...taken.values()];
    try {
      await this.#log.pool.query({
        name: "commit-offsets",
        text: `insert into consumer_offsets (group_id, topic_id, partition, next_offset)
          select * from unnest($1::text[], $2::int[], $3::smallint[], $4::bigint[])
          on conflict (group_id, topic_id, partition) do update set next_offset = excluded.next_offset, updated_at = now()`,
        values: [
          rows.map(({ group }) => group),
          rows.map(({ partition }) => partition.topicId),
          rows.map(({ partition }) => partition.number),
          rows.map(({ next }) => next),
        ],
      });
    } catch (error) {
      this.#logger.warn({ reason: messageOf(error) }, "offsets are committed later");
      for (const [key, row] of taken) if (!this.#dirty.has(key)) this.#dirty.set(key, row);
      this.#timer ??= setTimeout(() => void this.flush(), 10 * flushEvery);
    }
  }
}
