import { readAllRecords, readEvent } from "../../../faults/log/kafka-log.ts";
import { brokerAddress } from "./stack.ts";

type Record = { topic: string; partition: number; key?: Buffer; value: Buffer; headers: Map<Buffer, Buffer> };

/** What the broker has of these events, as it was produced. */
export async function recordsOf(events: readonly { id: string }[]): Promise<Record[]> {
  const wanted = new Set(events.map(({ id }) => id));
  const records = await readAllRecords(brokerAddress());
  return records.flatMap(({ topic, partition, key, value, headers }) => {
    const id = readEvent(value)?.id;
    const kept = new Map([...headers].map(([name, content]) => [Buffer.from(name), content]));
    return value && id && wanted.has(id) ? [{ topic, partition, ...(key ? { key } : {}), value, headers: kept }] : [];
  });
}
