import type { Topic } from "@tend/contracts";
import { type Dapr, DaprError, inTrace, type Logger, type Pool, type Spans } from "@tend/service-kit";
import { type Pointer, park } from "./outbox.repository.ts";

/** Kafka and Dapr take one MiB a call; the envelope around each event is small beside this. */
const maxBytes = 900_000;

export type Publisher = {
  pool: Pool;
  dapr: Dapr;
  log: Logger;
  spans: Spans;
  /** Called when the broker has events, as often as it has them again. */
  onTaken(topic: Topic, count: number): void;
};

/**
 * Publishes in order, and adds the `seq` of what was taken to `published`. A failure ends the call, so that nothing overtakes what
 * failed; an event that is refused for its content is parked when it stands alone, and its lane goes on.
 */
export async function publish(publisher: Publisher, pointers: Pointer[], published: number[]): Promise<void> {
  for (const [topic, group] of Map.groupBy(pointers, (pointer) => pointer.topic)) {
    for (const round of byKeyOnce(group)) {
      for (const batch of bySize(round)) await publishBatch(publisher, topic as Topic, batch, published);
    }
  }
}

/** A broker that goes or comes takes a call in part: an event is in none together with an earlier one of its key, which it could overtake. */
function byKeyOnce(pointers: Pointer[]): Pointer[][] {
  const counts = new Map<string, number>();
  const rounds = Map.groupBy(pointers, ({ partition_key }) => {
    const before = counts.get(partition_key) ?? 0;
    counts.set(partition_key, before + 1);
    return before;
  });
  return [...rounds.values()];
}

async function publishBatch(publisher: Publisher, topic: Topic, batch: Pointer[], published: number[]): Promise<void> {
  const { pool, log, onTaken } = publisher;
  try {
    const failed = new Set(await traced(publisher, topic, batch));
    onTaken(topic, batch.length - failed.size);
    for (const { event_id, seq } of batch) if (!failed.has(event_id)) published.push(seq);
    if (failed.size > 0) throw new Error(`${failed.size} of ${batch.length} events for ${topic} were not taken`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = batch;
    if (batch.length > 1) {
      for (const pointer of batch) await publishBatch(publisher, topic, [pointer], published);
    } else if (only) {
      await park(pool, only.seq, String(error));
      log.error(
        { event_id: only.event_id, topic },
        "an event was refused for its content and is parked: see npm run events",
      );
    }
  }
}

/** Each trace in the batch gets a span; the sidecar's own spans can join one only, so they do when the batch is of one. */
async function traced({ dapr, spans }: Publisher, topic: Topic, batch: Pointer[]): Promise<string[]> {
  const entries = batch.map(({ event_id, partition_key, traceparent, epoch, payload }) => ({
    ...{ entryId: event_id, partitionKey: partition_key },
    ...{ event: `{"epoch":"${epoch}",${payload.slice(1)}`, traceparent },
  }));
  const publishAll = () => dapr.publishBulk(topic, entries);
  if (!spans.isCollected) return publishAll();
  const parents = new Set(batch.flatMap(({ traceparent }) => traceparent ?? []));
  const started = [...parents].map((parent) => spans.start(`publish ${topic}`, "producer", parent));
  const [only, ...others] = started;
  let hasFailed = true;
  try {
    const failed = await (only && others.length === 0 ? inTrace(only.trace, publishAll) : publishAll());
    hasFailed = failed.length > 0;
    return failed;
  } finally {
    for (const span of started) span.end(hasFailed);
  }
}

const isRefusal = (error: unknown) => error instanceof DaprError && (error.status === 400 || error.status === 413);

function bySize(pointers: Pointer[]): Pointer[][] {
  const batches: Pointer[][] = [];
  let bytes = maxBytes;
  for (const pointer of pointers) {
    const size = Buffer.byteLength(pointer.payload) + 300;
    if (bytes + size > maxBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(pointer);
    bytes += size;
  }
  return batches;
}
