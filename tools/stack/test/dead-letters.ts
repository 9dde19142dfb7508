/** `node tools/stack/test/dead-letters.ts`: dead letters and what waits, on a real broker and a real PostgreSQL. Needs Java. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Admin, Consumer, Producer } from "@platformatic/kafka";
import { migrations } from "@tend/embedded-dapr";
import { createTestDatabase, type TestDatabase } from "@tend/service-kit/testing";
import { endStack } from "../../engine/end-stack.ts";
import { countInKafka, readExtents, toBroker } from "../../engine/kafka-log.ts";
import { markRunning, refuseUnlessDrained, withDapr } from "../../engine/record.ts";
import { kafkaLetters } from "../../events/kafka-letters.ts";
import { type KafkaRecord, readRecords } from "../../events/read-records.ts";
import { startTestPostgres } from "../../postgres/test-server.ts";
import { startTestBroker } from "./broker.ts";

const topics = ["task-events", "reminders", "audit-logs"];
let stop: () => Promise<void>;
let broker: string;
let database: TestDatabase;
let admin: Admin;
let producer: Producer;
const groups = ["audit-service", "notification-service", "recurring-task-service"];

before(async () => {
  const postgres = await startTestPostgres();
  process.env.TEST_DATABASE_URL = postgres.url;
  const kafka = await startTestBroker([...topics, ...topics.map((topic) => `${topic}-dead-letters`)], 3);
  database = await createTestDatabase("dapr", migrations);
  broker = kafka.address;
  admin = new Admin(toBroker(broker));
  producer = new Producer(toBroker(broker));
  stop = async () => {
    await Promise.all([admin.close(), producer.close(), database.drop()]);
    await Promise.all([kafka.stop(), postgres.stop()]);
  };
});
after(() => stop());

const letters = () => kafkaLetters({ broker, databaseUrl: database.connectionString });
const count = () => withDapr(database.connectionString, (client) => countInKafka(broker, client));
const extentOf = async (topic: string, partition: number) =>
  (await readExtents(admin, [topic])).find((extent) => extent.partition === partition);

async function lastOf(topic: string, partition: number): Promise<KafkaRecord> {
  const consumer = new Consumer({ ...toBroker(broker), groupId: "test" });
  const extent = await extentOf(topic, partition);
  const records = extent ? await readRecords(consumer, extent) : [];
  await consumer.close();
  return records.at(-1) ?? assert.fail(`nothing in ${topic}/${partition}`);
}

type Sent = { topic: string; partition: number; key?: string; headers?: Record<string, string>; value: string };
const send = ({ headers = {}, value, key = "", ...place }: Sent) =>
  producer.send({
    acks: -1,
    messages: [
      {
        ...place,
        key: Buffer.from(key),
        value: Buffer.from(value),
        headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      },
    ],
  });

/** As daprd writes it when it gives up on offset `offset` of partition 2. */
const deadLetter = (id: string, offset: number, partition: number) =>
  send({
    topic: "task-events-dead-letters",
    partition,
    key: `task-${id}`,
    value: JSON.stringify({ id, type: "task.created.v1", topic: "task-events" }),
    headers: {
      __topic: "task-events",
      __partition: "2",
      __offset: String(offset),
      __timestamp: "1795274301041",
      __key: `task-${id}`,
      partitionKey: `task-${id}`,
      pubsubName: "pubsub",
    },
  });

/** All groups have taken everything. */
async function consumeAll() {
  for (const extent of await readExtents(admin, topics))
    for (const groupId of groups)
      await admin.alterConsumerGroupOffsets({
        groupId,
        topics: [{ name: extent.topic, partitionOffsets: [{ partition: extent.partition, offset: extent.end }] }],
      });
}

test("an empty broker holds nothing, although no group has ever consumed", async () => {
  assert.deepEqual(await count(), { events: [], deadLetters: 0 });
});

test("what a group has not committed waits for it, in all partitions, from the oldest on", async () => {
  for (const partition of [0, 1, 1]) await send({ topic: "task-events", partition, value: "{}" });
  await send({ topic: "audit-logs", partition: 2, value: "{}" });
  await admin.alterConsumerGroupOffsets({
    groupId: "notification-service",
    topics: [{ name: "task-events", partitionOffsets: [{ partition: 1, offset: 1n }] }],
  });
  const { events } = await count();
  assert.deepEqual(events.map(({ group, topic, count: waiting }) => `${group} ${topic} ${waiting}`).sort(), [
    "audit-service audit-logs 1",
    "audit-service task-events 3",
    "notification-service task-events 2",
    "recurring-task-service task-events 3",
  ]);
  await consumeAll();
  assert.deepEqual(await count(), { events: [], deadLetters: 0 });
});

test("the stop of the stack remembers what the broker holds, and the other engine is refused with it", async () => {
  const url = database.connectionString;
  await markRunning(url, "stack");
  await assert.rejects(refuseUnlessDrained(url, "embedded"), /did not stop in order/);
  await send({ topic: "reminders", partition: 0, value: "{}" });
  await endStack(url, broker);
  await assert.rejects(refuseUnlessDrained(url, "embedded"), /holds 1 event for notification-service \(reminders\),/);
  await consumeAll();
  await endStack(url, broker);
  await refuseUnlessDrained(url, "embedded");
});

test("a dead letter is listed whole, sent again to the partition, with the key, headers and event of before, and never listed again", async () => {
  await deadLetter("one", 7, 0);
  await deadLetter("two", 8, 1);
  const listed = await letters().list();
  assert.deepEqual(listed.map(({ id, topic, key }) => `${id} ${topic} ${key}`).sort(), [
    "task-events-dead-letters/0/0 task-events task-one",
    "task-events-dead-letters/1/0 task-events task-two",
  ]);
  assert.deepEqual(listed.find(({ key }) => key === "task-one")?.event, {
    id: "one",
    type: "task.created.v1",
    topic: "task-events",
  });
  assert.equal(await letters().resend(["task-events-dead-letters/1/0"]), 1);
  const again = await lastOf("task-events", 2);
  assert.equal(again.key?.toString(), "task-two");
  assert.deepEqual([...again.headers].map(String), ["partitionKey,task-two"]);
  assert.equal(JSON.parse(String(again.value)).id, "two");
  assert.deepEqual(
    (await letters().list()).map(({ id }) => id),
    ["task-events-dead-letters/0/0"],
  );
  assert.equal((await count()).deadLetters, 1);
  assert.equal(await letters().resend(["task-events-dead-letters/0/0"]), 1);
  assert.deepEqual(await letters().list(), []);
  assert.equal((await count()).deadLetters, 0);
});

test("a message that several groups could not take is sent again once, whichever of its letters is named", async () => {
  for (const partition of [0, 1, 2]) await deadLetter("three", 9, partition);
  const before = await extentOf("task-events", 2);
  const [named, ...others] = (await letters().list()).map(({ id }) => id);
  assert.ok(named);
  assert.equal(others.length, 2);
  assert.equal(await letters().resend([named]), 3);
  assert.equal((await extentOf("task-events", 2))?.end, (before?.end ?? 0n) + 1n);
  assert.deepEqual(await letters().list(), []);
});

test("a topic that was made anew hides no letter behind one of before", async () => {
  await admin.deleteTopics({ topics: ["task-events-dead-letters"] });
  await admin.createTopics({ topics: ["task-events-dead-letters"], partitions: 3, replicas: 1 });
  await deadLetter("four", 1, 0);
  assert.deepEqual(
    (await letters().list()).map(({ key }) => key),
    ["task-four"],
  );
  assert.equal((await count()).deadLetters, 1);
});

test("a broker that is away is an error within seconds", async () => {
  await assert.rejects(withDapr(database.connectionString, (client) => countInKafka("127.0.0.1:1", client)));
});
