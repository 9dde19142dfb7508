import type { Topic } from "@tend/contracts";
import { type Dapr, DaprError, type Logger, type Pool } from "@tend/service-kit";
import { deletePublished, type Pointer, park } from "./outbox.repository.ts";

/** Kafka and Dapr take one MiB a call; the envelope around each event is small beside this. */
const maxBytes = 900_000;

type Publisher = { pool: Pool; dapr: Dapr; log: Logger };

/**
 * Publishes in order and deletes what was taken. A failure ends the call, so that nothing overtakes what failed; an event that is
 * refused for its content is parked when it stands alone, and its lane goes on.
 */
export async function publish(publisher: Publisher, pointers: Pointer[]): Promise<void> {
  for (const [topic, group] of Map.groupBy(pointers, (pointer) => pointer.topic)) {
    for (const batch of bySize(group)) await publishBatch(publisher, topic as Topic, batch);
  }
}

async function publishBatch(publisher: Publisher, topic: Topic, batch: Pointer[]): Promise<void> {
  const { dapr, pool, log } = publisher;
  const entries = batch.map(({ event_id, partition_key, payload }) => ({
    entryId: event_id,
    event: payload,
    partitionKey: partition_key,
  }));
  try {
    const failed = new Set(await dapr.publishBulk(topic, entries));
    await deletePublished(
      pool,
      batch.filter((pointer) => !failed.has(pointer.event_id)).map((pointer) => pointer.seq),
    );
    if (failed.size > 0) throw new Error(`${failed.size} of ${batch.length} events for ${topic} were not taken`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = batch;
    if (batch.length > 1) {
      for (const pointer of batch) await publishBatch(publisher, topic, [pointer]);
    } else if (only) {
      await park(pool, only.seq, String(error));
      log.error(
        { event_id: only.event_id, topic },
        "an event was refused for its content and is parked: see npm run events",
      );
    }
  }
}

const isRefusal = (error: unknown) => error instanceof DaprError && (error.status === 400 || error.status === 413);

function bySize(pointers: Pointer[]): Pointer[][] {
  const batches: Pointer[][] = [];
  let bytes = maxBytes;
  for (const pointer of pointers) {
    const size = JSON.stringify(pointer.payload).length + 300;
    if (bytes + size > maxBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(pointer);
    bytes += size;
  }
  return batches;
}
