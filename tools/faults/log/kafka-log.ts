import { Admin, Consumer } from "@platformatic/kafka";
import { topics } from "@tend/contracts";
import { deadLetterTopics, readConsumers } from "../../engine/consumers.ts";
import { behindBy, type Extent, readCommitted, readExtents, toBroker } from "../../engine/kafka-log.ts";
import { type KafkaRecord, readRecords } from "../../events/read-records.ts";
import type { Facts } from "../check/facts.ts";
import { type Body, type FromLog, type MessageLog, toMessage } from "./message-log.ts";

type State = { extents: Extent[]; lag: Facts["lag"] };

/**
 * A broker knows no moment of the database. Nothing waited before that moment and nothing came during it: then what it held is what the
 * database had published.
 */
export const kafkaLog = (address: () => string): MessageLog => ({
  open: async () => {
    const before = await readState(address());
    return {
      countWaiting: async () => {
        const now = await readState(address());
        return sum([...before.lag, ...now.lag].map(({ behind }) => behind)) + sizeOf(now) - sizeOf(before);
      },
      read: () => readLog(address(), before),
    };
  },
});

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
const sizeOf = ({ extents }: State) => sum(extents.map(({ end }) => Number(end)));

async function readState(address: string): Promise<State> {
  const admin = new Admin(toBroker(address));
  try {
    const consumers = readConsumers();
    const taken = await readCommitted(admin, [...new Set(consumers.map(({ group }) => group))]);
    const extents = await readExtents(admin, [...topics]);
    const lag = consumers.map(({ group, topic }) => {
      const behind = extents.filter((extent) => extent.topic === topic).map((extent) => behindBy(extent, taken, group));
      return { group, topic, behind: sum(behind.map(Number)) };
    });
    return { extents, lag };
  } finally {
    await admin.close();
  }
}

async function readLog(address: string, { extents, lag }: State): Promise<FromLog> {
  const records = await readWithin(address, extents);
  const letters = await readDeadLetters(address);
  const messages = records.flatMap(({ topic, partition, offset, value }) => {
    const body = readEvent(value);
    return body ? [toMessage({ topic, partition, offset: Number(offset), body })] : [];
  });
  return { messages, lag, deadLetters: letters };
}

/** Dapr notes neither for whom nor why. */
export async function readDeadLetters(address: string): Promise<Facts["deadLetters"]> {
  const admin = new Admin(toBroker(address));
  const extents = await readExtents(admin, deadLetterTopics()).finally(() => admin.close());
  return (await readWithin(address, extents)).map(({ topic, value }) => ({
    topic,
    group: "a service",
    reason: "not noted",
    eventId: readEvent(value)?.id ?? String(value),
  }));
}

/** All events that the broker has now. */
export async function readAllRecords(address: string): Promise<KafkaRecord[]> {
  return readWithin(address, (await readState(address)).extents);
}

async function readWithin(address: string, extents: Extent[]): Promise<KafkaRecord[]> {
  // Never joins its group: it only asks for records.
  const consumer = new Consumer({ ...toBroker(address), groupId: "fault-test" });
  try {
    const read = extents.map(async (extent) =>
      // A fetch also brings what came meanwhile.
      (await readRecords(consumer, extent)).filter(({ offset }) => offset < extent.end),
    );
    return (await Promise.all(read)).flat();
  } finally {
    await consumer.close();
  }
}

/** Null: not one of our events. */
export function readEvent(value: Buffer | null): Body | null {
  try {
    const body = JSON.parse(String(value));
    return typeof body?.id === "string" && typeof body.data === "object" ? body : null;
  } catch {
    return null;
  }
}
