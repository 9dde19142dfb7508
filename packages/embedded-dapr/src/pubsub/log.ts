import { createHash } from "node:crypto";
import pg from "pg";
import type { Logger } from "pino";
import type { Gate } from "../gate.ts";
import type { Metrics } from "../metrics.ts";
import { databaseOptions, LogSession } from "./log-session.ts";
import { type Message, Partition } from "./partition.ts";

export interface Entry {
  topic: string;
  key: string | null;
  headers: Record<string, string>;
  body: string;
  deadLetter?: DeadLetterNote;
}

/** Why a message is in a dead-letter topic, and where it came from. */
export interface DeadLetterNote {
  topic: string;
  group: string;
  partition: number;
  offset: number;
  reason: string;
  attempts: number;
}

export interface LogOptions {
  databaseUrl: string;
  logger: Logger;
  metrics: Metrics;
  lockWaitMs: number;
  /** Partitions of a new topic. */
  partitions: number;
  onRequest(): void;
}

type Topic = Partition[];
type Append = { entries: Entry[]; resolve: () => void; reject: (error: Error) => void };

const maxRows = 1_000;
const insert = `
  insert into messages (topic_id, partition, "offset", published_at, key, headers, body, dead_letter)
  select topic_id, partition, "offset", to_timestamp(published_at / 1000.0), key, headers::json, body, dead_letter::json
  from unnest($1::int[], $2::smallint[], $3::bigint[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::text[])
    as row (topic_id, partition, "offset", published_at, key, headers, body, dead_letter)`;

/** An append-only log by topic, partition and offset. This process is its only writer. */
export class OrderedLog {
  readonly #options: LogOptions;
  readonly #session: LogSession;
  readonly #topics = new Map<string, Topic>();
  readonly #creating = new Map<string, Promise<Topic>>();
  readonly #pool: pg.Pool;
  #queue: Append[] = [];
  #isWriting = false;
  #roundRobin = 0;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({ ...databaseOptions(options.databaseUrl, "embedded-dapr"), max: 6 });
    this.#pool.on("error", () => {});
    this.#session = new LogSession({
      ...options,
      prepare: (client) => this.#load(client),
      onNotify: () => options.onRequest(),
    });
  }

  /** Open while this process owns the log and the database answers. */
  get available(): Gate {
    return this.#session.open;
  }

  get pool(): pg.Pool {
    return this.#pool;
  }

  start(): Promise<void> {
    return this.#session.start();
  }

  async close(): Promise<void> {
    await this.#session.close();
    await this.#pool.end().catch(() => {});
  }

  /** Resolves when all entries are durable; rejects when they may not be. Entries of one call keep their order. */
  async append(entries: Entry[]): Promise<void> {
    for (const { topic } of entries) if (!this.#topics.has(topic)) await this.topic(topic);
    if (!this.available.isOpen) throw new Error("the database does not answer");
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      if (!this.#isWriting) void this.#write();
    });
  }

  /** A topic's partitions; a topic that is missing is made. */
  topic(name: string): Promise<Topic> {
    const known = this.#topics.get(name);
    if (known) return Promise.resolve(known);
    const running = this.#creating.get(name);
    if (running) return running;
    const creating = this.#create(name).finally(() => this.#creating.delete(name));
    this.#creating.set(name, creating);
    return creating;
  }

  topics(): Iterable<[string, Topic]> {
    return this.#topics;
  }

  async read(partition: Partition, offset: number, max: number): Promise<Message[]> {
    const { rows } = await this.#pool.query<MessageRow>({
      name: "read-messages",
      text: `select "offset", extract(epoch from published_at) * 1000 as published_at, key, headers, body
        from messages where topic_id = $1 and partition = $2 and "offset" >= $3 order by "offset" limit $4`,
      values: [partition.topicId, partition.number, offset, max],
    });
    return rows.map(toMessage);
  }

  async #create(name: string): Promise<Topic> {
    const client = this.#session.client;
    if (!client) throw new Error("the database does not answer");
    await client.query("insert into topics (name, partitions) values ($1, $2) on conflict do nothing", [
      name,
      this.#options.partitions,
    ]);
    await this.#load(client, name);
    return this.#topics.get(name)!;
  }

  /** Reads where each partition ends. Partitions keep their identity, so consumers go on. */
  async #load(client: pg.Client, name: string | null = null): Promise<void> {
    const { rows } = await client.query<{ id: number; name: string; partition: number; next: string }>(
      `select t.id, t.name, p.partition, greatest(
          (select max("offset") + 1 from messages m where m.topic_id = t.id and m.partition = p.partition),
          (select next_offset from pruned_partitions r where r.topic_id = t.id and r.partition = p.partition), 0) as next
        from topics t, generate_series(0, t.partitions - 1) as p (partition)
        where t.name = coalesce($1, t.name) order by t.id, p.partition`,
      [name],
    );
    for (const row of rows) {
      const topic = this.#topics.get(row.name) ?? [];
      const partition = topic[row.partition];
      if (partition) partition.reset(Number(row.next));
      else topic[row.partition] = new Partition(row.id, row.name, row.partition, Number(row.next));
      this.#topics.set(row.name, topic);
    }
  }

  /** One commit at a time; what comes in meanwhile goes with the next one. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#queue.length > 0) {
      const appends = this.#take();
      const client = this.#session.client;
      try {
        if (!client) throw new Error("the database does not answer");
        await this.#commit(client, appends);
        for (const { resolve } of appends) resolve();
      } catch (error) {
        if (client) this.#session.fail(client);
        for (const { reject } of appends) reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#isWriting = false;
  }

  #take(): Append[] {
    let rows = 0;
    let count = 0;
    while (count < this.#queue.length && rows < maxRows) rows += this.#queue[count++]!.entries.length;
    return this.#queue.splice(0, count);
  }

  async #commit(client: pg.Client, appends: Append[]): Promise<void> {
    const publishedAt = Date.now();
    const added = new Map<Partition, Message[]>();
    const columns: unknown[][] = [[], [], [], [], [], [], [], []];
    for (const { entries } of appends) {
      for (const { topic, key, headers, body, deadLetter } of entries) {
        const partition = this.#partitionOf(topic, key);
        const messages = added.get(partition) ?? [];
        if (messages.length === 0) added.set(partition, messages);
        const offset = partition.next + messages.length;
        messages.push({ offset, publishedAt, key, headers, body });
        const note = deadLetter ? JSON.stringify(deadLetter) : null;
        const values = [
          partition.topicId,
          partition.number,
          offset,
          publishedAt,
          key,
          JSON.stringify(headers),
          body,
          note,
        ];
        for (let column = 0; column < values.length; column++) columns[column]!.push(values[column]);
      }
    }
    await client.query({ name: "append-messages", text: insert, values: columns });
    this.#options.metrics.batch.observe(columns[0]!.length);
    for (const [partition, messages] of added) partition.append(messages);
  }

  #partitionOf(topic: string, key: string | null): Partition {
    const partitions = this.#topics.get(topic)!;
    const number = key === null ? this.#roundRobin++ : hash(key);
    return partitions[number % partitions.length]!;
  }
}

type MessageRow = {
  offset: string;
  published_at: string;
  key: string | null;
  headers: Record<string, string>;
  body: string;
};

function toMessage(row: MessageRow): Message {
  const { key, headers, body } = row;
  return {
    offset: Number(row.offset),
    publishedAt: Math.round(Number(row.published_at)),
    key,
    headers: headers ?? {},
    body,
  };
}

/** Stable for ever: a key's messages must stay in its partition. */
function hash(key: string): number {
  return createHash("md5").update(key).digest().readUInt32BE(0);
}
