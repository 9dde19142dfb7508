import { Admin } from "@platformatic/kafka";
import type pg from "pg";
import type { Run } from "../launcher/run-file.ts";
import { deadLetterTopics, readConsumers } from "./consumers.ts";
import type { Waiting } from "./waiting.ts";

/** First and next offset of a partition. */
export type Extent = { topic: string; topicId: string; partition: number; start: bigint; end: bigint };

/** Of the stack that runs. */
export function addressOfBroker({ processes }: Run): string | undefined {
  return processes.kafka?.port ? `127.0.0.1:${processes.kafka.port}` : undefined;
}

/** How one signs in at brokers that let in nobody else, by TLS. */
export type KafkaAccount = {
  user: string;
  password: string;
  /** Certificate of the authority that vouches for the brokers, as PEM. */
  ca: string;
};

/** Fails within seconds when the broker does not answer. */
export const toBroker = (address: string, account?: KafkaAccount) => ({
  clientId: "tend-tools",
  bootstrapBrokers: [address],
  ...(account ? signedIn(account) : {}),
  connectTimeout: 2_000,
  timeout: 5_000,
  retries: 2,
  retryDelay: 250,
});

const signedIn = ({ user, password, ca }: KafkaAccount) => ({
  tls: { ca },
  tlsServerName: true,
  sasl: { mechanism: "SCRAM-SHA-512" as const, username: user, password },
});

/** What the broker holds for each consumer group, and the dead letters that were not sent again. */
export async function countInKafka(address: string, client: pg.ClientBase): Promise<Waiting> {
  const admin = new Admin(toBroker(address));
  try {
    const consumers = readConsumers();
    const extents = await readExtents(admin, [...new Set(consumers.map(({ topic }) => topic))]);
    const taken = await readCommitted(admin, [...new Set(consumers.map(({ group }) => group))]);
    const counts = consumers.map(({ group, topic }) => {
      const behind = extents.filter((extent) => extent.topic === topic).map((extent) => behindBy(extent, taken, group));
      return { group, topic, count: Number(behind.reduce((sum, count) => sum + count, 0n)) };
    });
    return { events: counts.filter(({ count }) => count > 0), deadLetters: await countLetters(admin, client) };
  } finally {
    await admin.close();
  }
}

/** Where each partition of those topics begins and ends now; a topic that is missing has none. */
export async function readExtents(admin: Admin, names: string[]): Promise<Extent[]> {
  const there = new Set(await admin.listTopics());
  const wanted = names.filter((name) => there.has(name));
  if (wanted.length === 0) return [];
  const { topics: known } = await admin.metadata({ topics: wanted, forceUpdate: true });
  const read = async (timestamp: bigint) => {
    const asked = wanted.map((name) => ({
      name,
      partitions: Array.from({ length: known.get(name)?.partitionsCount ?? 0 }, (_, partitionIndex) => ({
        partitionIndex,
        timestamp,
      })),
    }));
    return flatten(await admin.listOffsets({ topics: asked }), ({ partitionIndex, offset }) => [
      partitionIndex,
      offset,
    ]);
  };
  const [starts, ends] = [await read(-2n), await read(-1n)];
  return [...ends].map(([place, end]) => {
    const [topic = "", partition] = place.split(" ");
    const topicId = known.get(topic)?.id ?? "";
    return { topic, topicId, partition: Number(partition), start: starts.get(place) ?? 0n, end };
  });
}

export async function readCommitted(admin: Admin, groups: string[]): Promise<Map<string, Map<string, bigint>>> {
  const found = await admin.listConsumerGroupOffsets({ groups });
  return new Map(
    found.map(({ groupId, topics: of }) => [
      groupId,
      flatten(of, ({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
    ]),
  );
}

function flatten<P>(of: { name: string; partitions: P[] }[], entry: (partition: P) => [number, bigint]) {
  return new Map(
    of.flatMap(({ name, partitions }) =>
      partitions.map((partition): [string, bigint] => {
        const [number, offset] = entry(partition);
        return [`${name} ${number}`, offset];
      }),
    ),
  );
}

/** A group that has committed nothing starts at the oldest. */
export function behindBy(
  { topic, partition, start, end }: Extent,
  taken: Map<string, Map<string, bigint>>,
  group: string,
) {
  const committed = taken.get(group)?.get(`${topic} ${partition}`) ?? -1n;
  return end - (committed > start ? committed : start);
}

async function countLetters(admin: Admin, client: pg.ClientBase): Promise<number> {
  const extents = await readExtents(admin, deadLetterTopics());
  const { rows } = await client.query<{ count: string }>(
    `select count(*) from resent_letters r
      join unnest($1::uuid[], $2::int[], $3::bigint[]) as e (topic_id, partition, start)
        on r.topic_id = e.topic_id and r.partition = e.partition and r."offset" >= e.start`,
    [
      extents.map(({ topicId }) => topicId),
      extents.map(({ partition }) => partition),
      extents.map(({ start }) => start),
    ],
  );
  const all = extents.reduce((sum, { start, end }) => sum + end - start, 0n);
  return Number(all) - Number(rows[0]?.count ?? 0);
}
