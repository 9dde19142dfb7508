import { Admin, Consumer, Producer } from "@platformatic/kafka";
import type pg from "pg";
import { Fault } from "../bootstrap/fault.mjs";
import { deadLetterTopics } from "../engine/consumers.ts";
import { type KafkaAccount, readExtents, toBroker } from "../engine/kafka-log.ts";
import { withDapr } from "../engine/record.ts";
import type { Letter, Letters } from "./letter.ts";
import { type KafkaRecord, readRecords } from "./read-records.ts";

type KafkaLetter = Letter & { record: KafkaRecord };
type Place = {
  broker: string;
  /** Absent where the broker lets in everybody. */
  account?: KafkaAccount | undefined;
  databaseUrl: string;
};

/** Dapr copies a message to the dead-letter topic with where it came from, but neither why nor for whom. */
export const kafkaLetters = (place: Place): Letters => ({
  list: () => asked(place, () => readLetters(place)),
  resend: (ids) =>
    asked(place, async () => {
      const open = await readLetters(place);
      const origins = new Set(open.filter(({ id }) => ids.includes(id)).map(originOf));
      const letters = open.filter((letter) => origins.has(originOf(letter)));
      await resend(place, letters.reverse());
      return letters.length;
    }),
});

/** Says as a sentence why a broker was not reached, or refused. */
async function asked<T>({ broker }: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && isKafkaError(error))) throw error;
    throw new Fault(`The broker at ${broker} cannot be asked: ${reasonOf(error)}`);
  }
}

const isKafkaError = (error: Error) => String(Reflect.get(error, "code")).startsWith("PLT_KFK_");

/** The client wraps what happened in what it tried. */
function reasonOf(error: Error): string {
  const [inner = error.cause] = error instanceof AggregateError ? error.errors : [];
  return inner instanceof Error ? reasonOf(inner) : error.message;
}

async function readLetters({ broker, account, databaseUrl }: Place): Promise<KafkaLetter[]> {
  const admin = new Admin(toBroker(broker, account));
  // Never joins its group: it only asks for records.
  const consumer = new Consumer({ ...toBroker(broker, account), groupId: "tend-tools" });
  try {
    const extents = await readExtents(admin, deadLetterTopics());
    const records: KafkaRecord[] = [];
    for (const extent of extents) records.push(...(await readRecords(consumer, extent)));
    const resent = await readResent(databaseUrl);
    const open = records.filter((record) => !resent.has(keyOf(record)));
    return open.map(toLetter).sort((a, b) => b.at.getTime() - a.at.getTime());
  } finally {
    await consumer.close();
    await admin.close();
  }
}

/**
 * Every group that could not take a message has left a copy, and the topic reaches them all: it goes there once. Remembered after the
 * broker has taken it: a crash between the two sends one message twice, which consumers expect.
 */
async function resend({ broker, account, databaseUrl }: Place, letters: KafkaLetter[]): Promise<void> {
  const producer = new Producer(toBroker(broker, account));
  try {
    await withDapr(databaseUrl, async (client) => {
      for (const copies of Map.groupBy(letters, originOf).values()) {
        await producer.send({ acks: -1, messages: [original(copies[0]!)] });
        await remember(client, copies);
      }
    });
  } finally {
    await producer.close();
  }
}

const originOf = ({ id, record: { headers } }: KafkaLetter) =>
  ["__topic", "__partition", "__offset"].map((name) => headers.get(name)?.toString() ?? id).join("/");

async function remember(client: pg.ClientBase, letters: KafkaLetter[]): Promise<void> {
  const places = letters.map(({ record }) => record);
  await client.query(
    `insert into resent_letters (topic_id, partition, "offset")
      select * from unnest($1::uuid[], $2::int[], $3::bigint[]) on conflict do nothing`,
    [
      places.map(({ topicId }) => topicId),
      places.map(({ partition }) => partition),
      places.map(({ offset }) => offset),
    ],
  );
}

async function readResent(databaseUrl: string): Promise<Set<string>> {
  const text = 'select topic_id as "topicId", partition, "offset" from resent_letters';
  const { rows } = await withDapr(databaseUrl, (client) =>
    client.query<{ topicId: string; partition: number; offset: string }>(text),
  );
  return new Set(rows.map(keyOf));
}

const keyOf = ({ topicId, partition, offset }: { topicId: string; partition: number; offset: bigint | string }) =>
  `${topicId}/${partition}/${offset}`;

function toLetter(record: KafkaRecord): KafkaLetter {
  const { topic, partition, offset, timestamp, key, headers, value } = record;
  return {
    id: `${topic}/${partition}/${offset}`,
    at: new Date(Number(timestamp)),
    topic: headers.get("__topic")?.toString() ?? topic.replace(/-dead-letters$/, ""),
    key: key?.toString() ?? null,
    group: null,
    reason: null,
    event: parse(value),
    record,
  };
}

function parse(value: Buffer | null): unknown {
  const text = value?.toString() ?? "";
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What Dapr noted on delivery is left out; the partition of before keeps the order by key, whoever chose it. */
function original({ topic, record: { key, value, headers } }: KafkaLetter) {
  const kept = [...headers].filter(([name]) => !name.startsWith("__") && name !== "pubsubName");
  const partition = headers.get("__partition")?.toString();
  return {
    topic,
    ...(key ? { key } : {}),
    ...(value ? { value } : {}),
    ...(partition ? { partition: Number(partition) } : {}),
    headers: new Map(kept.map(([name, content]) => [Buffer.from(name), content])),
  };
}
