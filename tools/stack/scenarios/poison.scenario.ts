import { randomUUID } from "node:crypto";
import { Producer } from "@platformatic/kafka";
import { expect, it } from "vitest";
import { toBroker } from "../../engine/kafka-log.ts";
import { readDeadLetters } from "../../faults/log/kafka-log.ts";
import { expectExactlyOnce } from "./support/exactly-once.ts";
import { newPerson } from "./support/person.ts";
import { recordsOf } from "./support/records.ts";
import { brokerAddress, until } from "./support/stack.ts";

const poisons: [string, (event: Record<string, unknown>) => string][] = [
  ["no JSON", () => `no JSON ${randomUUID()}`],
  ["an event of a version that nobody knows", (event) => JSON.stringify({ ...event, type: "task.created.v9" })],
  ["an event that its handlers refuse", (event) => JSON.stringify({ ...event, data: { task: "none" } })],
];

it.each(poisons)("%s becomes a dead letter, and its partition goes on", async (_what, poison) => {
  const person = await newPerson();
  const task = await person.addTask({ title: "Water the plants" });
  const { events } = await expectExactlyOnce(person);
  const [record] = (await recordsOf(events)).filter(({ topic }) => topic === "task-events");
  if (!record) throw new Error("the task's event is not in its topic");

  const id = randomUUID();
  const value = poison({ ...JSON.parse(String(record.value)), id });
  const producer = new Producer(toBroker(brokerAddress()));
  await producer.send({ acks: -1, messages: [{ ...record, value: Buffer.from(value) }] });
  await producer.close();
  // Of the same key, so it stands behind the poison.
  await person.rename(task, "Water all of the plants");

  const after = await expectExactlyOnce(person);
  expect(after.audit).toHaveLength(events.length + 1);
  const isPoison = ({ eventId }: { eventId: string }) => eventId === id || eventId === value;
  await until("it is a dead letter", async () => (await readDeadLetters(brokerAddress())).some(isPoison));
});
