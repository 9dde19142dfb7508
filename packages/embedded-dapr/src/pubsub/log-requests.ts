import type { Logger } from "pino";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import type { DeadLetterNote, OrderedLog } from "./log.ts";
import type { Partition } from "./partition.ts";
import type { PartitionConsumer } from "./partition-consumer.ts";

export const LogRequest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("replay"),
    topic: z.string(),
    group: z.string(),
    /** Where to start: an offset in every partition, or an instant. */
    from: z.union([
      z.strictObject({ offset: z.number().int().min(0) }),
      z.strictObject({ time: z.iso.datetime({ offset: true }) }),
    ]),
  }),
  z.strictObject({
    kind: z.literal("resend"),
    /** Ids from the listing, each with the other letters of its message; all that were not resent yet when left out. */
    ids: z.array(z.string()).optional(),
    /** Only those of this dead-letter topic. */
    deadLetterTopic: z.string().optional(),
  }),
]);
export type LogRequest = z.infer<typeof LogRequest>;

export interface LogRequestsOptions {
  log: OrderedLog;
  logger: Logger;
  /** The running consumers of a group in a topic. */
  consumers(group: string, topic: string): PartitionConsumer[];
}

type DeadLetterRow = {
  topic_id: number;
  partition: number;
  offset: string;
  key: string | null;
  headers: Record<string, string> | null;
  body: string;
  dead_letter: DeadLetterNote;
};

/** Does what commands ask for through the table `log_requests`, since only the log's owner may write to it. */
export class LogRequests {
  readonly #options: LogRequestsOptions;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LogRequestsOptions) {
    this.#options = options;
  }

  run(): Promise<void> {
    this.#running = this.#running
      .then(() => this.#runOpen())
      .catch((error) => {
        this.#options.logger.warn({ reason: messageOf(error) }, "requests to the log are done later");
      });
    return this.#running;
  }

  async #runOpen(): Promise<void> {
    const { log, logger } = this.#options;
    if (!log.available.isOpen) return;
    const { rows } = await log.pool.query<{ id: string; request: unknown }>(
      "select id, request from log_requests where done_at is null order by id",
    );
    for (const { id, request } of rows) {
      const result = await this.#do(request).catch((error) => ({ error: messageOf(error) }));
      await log.pool.query("update log_requests set done_at = now(), result = $2 where id = $1", [
        id,
        JSON.stringify(result),
      ]);
      logger.info({ request, result }, "did what was asked of the log");
    }
  }

  async #do(request: unknown): Promise<Record<string, unknown>> {
    const parsed = LogRequest.parse(request);
    return parsed.kind === "replay" ? this.#replay(parsed) : this.#resend(parsed);
  }

  async #replay({ topic, group, from }: Extract<LogRequest, { kind: "replay" }>): Promise<Record<string, unknown>> {
    const { log, consumers } = this.#options;
    const partitions = [...log.topics()].find(([name]) => name === topic)?.[1];
    if (!partitions) throw new Error(`there is no topic ${topic}`);
    const running = new Map(consumers(group, topic).map((consumer) => [consumer.partition, consumer]));
    let messages = 0;
    for (const partition of partitions) {
      const offset = await this.#startOf(partition, from);
      messages += Math.max(partition.next - offset, 0);
      const consumer = running.get(partition);
      if (consumer) consumer.seek(offset);
      else await this.#move(group, partition, offset);
    }
    return { messages };
  }

  async #startOf(partition: Partition, from: { offset: number } | { time: string }): Promise<number> {
    if ("offset" in from) return Math.min(from.offset, partition.next);
    const { rows } = await this.#options.log.pool.query<{ offset: string | null }>(
      'select min("offset") as offset from messages where topic_id = $1 and partition = $2 and published_at >= $3',
      [partition.topicId, partition.number, from.time],
    );
    return rows[0]?.offset == null ? partition.next : Number(rows[0].offset);
  }

  async #move(group: string, partition: Partition, offset: number): Promise<void> {
    await this.#options.log.pool.query(
      `insert into consumer_offsets (group_id, topic_id, partition, next_offset) values ($1, $2, $3, $4)
        on conflict (group_id, topic_id, partition) do update set next_offset = excluded.next_offset, updated_at = now()`,
      [group, partition.topicId, partition.number, offset],
    );
  }

  /** Puts dead letters into their own topic again; consumers that had handled them see them twice, as always. */
  async #resend({ ids, deadLetterTopic }: Extract<LogRequest, { kind: "resend" }>): Promise<Record<string, unknown>> {
    const { log } = this.#options;
    const { rows } = await log.pool.query<DeadLetterRow>(chosenLetters, [ids ?? null, deadLetterTopic ?? null]);
    // Every group that could not take a message has left a letter, and the topic reaches them all: it goes there once.
    for (const letters of Map.groupBy(rows, originOf).values()) {
      const { dead_letter, key, headers, body } = letters[0]!;
      await log.append([{ topic: dead_letter.topic, key, headers: headers ?? {}, body }]);
      for (const place of letters) {
        await log.pool.query(
          'update messages set resent_at = now() where topic_id = $1 and partition = $2 and "offset" = $3',
          [place.topic_id, place.partition, place.offset],
        );
      }
    }
    return { resent: rows.length };
  }
}

// `wanted` is empty where no letter was named.
const chosenLetters = `
  with letters as (
    select m.*, t.name || '/' || m.partition || '/' || m."offset" as id, dead_letter->>'topic' as of_topic,
      dead_letter->>'partition' as of_partition, dead_letter->>'offset' as of_offset
    from messages m join topics t on t.id = m.topic_id
    where m.dead_letter is not null and ($2::text is null or t.name = $2)
  ), wanted as (select of_topic, of_partition, of_offset from letters where id = any($1))
  select topic_id, partition, "offset", key, headers, body, dead_letter from letters
  where id = any($1)
    or resent_at is null and ($1::text[] is null or (of_topic, of_partition, of_offset) in (select * from wanted))
  order by published_at, "offset"`;

const originOf = ({ dead_letter: { topic, partition, offset } }: DeadLetterRow) => `${topic}/${partition}/${offset}`;
