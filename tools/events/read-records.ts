import type { Consumer } from "@platformatic/kafka";
import type { Extent } from "../engine/kafka-log.ts";

export type KafkaRecord = {
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  /** Milliseconds since 1970. */
  timestamp: bigint;
  key: Buffer | null;
  value: Buffer | null;
  headers: Map<string, Buffer>;
};

/** All records of a partition, without a consumer group. */
export async function readRecords(consumer: Consumer, extent: Extent): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  for (let next = extent.start; next < extent.end; ) {
    const batches = await fetchFrom(consumer, extent, next);
    const found = batches.flatMap((batch) => toRecords(batch, extent)).filter(({ offset }) => offset >= next);
    const last = batches.at(-1);
    // Nothing below the end: retention took it meanwhile.
    if (!last) return records;
    records.push(...found);
    next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
  }
  return records;
}

type Batch = Awaited<ReturnType<typeof fetchFrom>>[number];

async function fetchFrom(consumer: Consumer, { topic, topicId, partition }: Extent, fetchOffset: bigint) {
  const { topics } = await consumer.metadata({ topics: [topic] });
  const asked = { partition, currentLeaderEpoch: -1, fetchOffset, lastFetchedEpoch: -1, partitionMaxBytes: 4_194_304 };
  const { responses } = await consumer.fetch({
    node: topics.get(topic)?.partitions[partition]?.leader ?? 1,
    maxWaitTime: 1_000,
    minBytes: 1,
    maxBytes: 4_194_304,
    topics: [{ topicId, partitions: [asked] }],
  });
  return responses.flatMap(({ partitions }) => partitions.flatMap(({ records }) => records ?? []));
}

function toRecords(batch: Batch, { topic, topicId, partition }: Extent): KafkaRecord[] {
  return batch.records.map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
    topic,
    topicId,
    partition,
    offset: batch.firstOffset + BigInt(offsetDelta),
    timestamp: batch.firstTimestamp + timestampDelta,
    key,
    value,
    headers: new Map(headers.flatMap(([name, content]) => (name && content ? [[name.toString(), content]] : []))),
  }));
}
