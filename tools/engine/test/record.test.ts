import { migrations } from "@tend/embedded-dapr";
import { createTestDatabase, type TestDatabase } from "@tend/service-kit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHeld, lastEngine, leaveDeadLetters, markRunning, refuseUnlessDrained, withDapr } from "../record.ts";
import { inWords } from "../waiting.ts";

let database: TestDatabase;
let url: string;
beforeEach(async () => {
  database = await createTestDatabase("dapr", migrations);
  url = database.connectionString;
});
afterEach(() => database.drop());

const refusal = (engine: "embedded" | "stack") =>
  refuseUnlessDrained(url, engine).then(String, ({ message }) => message);
const stackHolds = (waiting: object | null) =>
  database.pool.query("update engines set waiting = $1 where name = 'stack'", [waiting && JSON.stringify(waiting)]);

/** Puts messages into partition 1 of a topic, from offset 0 on. */
async function publish(topic: string, count: number, deadLetter: object | null = null) {
  await database.pool.query(
    `with topic as (insert into topics (name, partitions) values ($1, 2) returning id)
      insert into messages (topic_id, partition, "offset", body, dead_letter)
      select id, 1, n, '{}', $3 from topic, generate_series(0, $2::int - 1) n`,
    [topic, count, deadLetter && JSON.stringify(deadLetter)],
  );
}
const consume = (group: string, topic: string, next: number) =>
  database.pool.query(
    "insert into consumer_offsets (group_id, topic_id, partition, next_offset) select $1, id, 1, $3 from topics where name = $2",
    [group, topic, next],
  );

test("on a new database either engine starts", async () => {
  expect(await refusal("stack")).toBe("undefined");
  expect(await refusal("embedded")).toBe("undefined");
  expect(await withDapr(url, lastEngine)).toBeUndefined();
});

test("the stack does not start while the embedded log holds events for a consumer, also for one that has never run", async () => {
  await publish("task-events", 5);
  await consume("audit-service", "task-events", 3);
  await consume("recurring-task-service", "task-events", 5);
  expect(await refusal("stack")).toBe(
    "Tend ran on its embedded engine (npm start) before, and that holds 2 events for audit-service (task-events) and 5 events for notification-service (task-events), which this start would not see: run `npm run drain` first, then start again.",
  );
  expect(await refusal("embedded")).toBe("undefined");
  await database.pool.query("update consumer_offsets set next_offset = 5");
  await consume("notification-service", "task-events", 5);
  expect(await refusal("stack")).toBe("undefined");
});

test("drain finds what the stack is refused for, also in the database of a version that did not remember what ran", async () => {
  await publish("task-events-dead-letters", 1, { topic: "task-events" });
  expect(await refusal("stack")).toContain("holds 1 dead letter,");
  expect(await withDapr(url, findHeld)).toEqual({ engine: "embedded", waiting: { events: [], deadLetters: 1 } });
  await withDapr(url, (client) => leaveDeadLetters(client, "embedded"));
  expect(await withDapr(url, findHeld)).toBeUndefined();
  expect(await refusal("stack")).toBe("undefined");
});

test("what a log of before the last migration holds is not known until Tend has run once", async () => {
  await database.pool.query("drop table engines");
  expect(await withDapr(url, findHeld)).toEqual({ engine: "embedded", waiting: "unknown" });
  expect(await withDapr(url, lastEngine)).toBeUndefined();
});

test("a group that consumes no more holds nothing up", async () => {
  await publish("reminders", 2);
  await consume("notification-service", "reminders", 2);
  await consume("a-service-of-before", "reminders", 0);
  expect(await refusal("stack")).toBe("undefined");
});

test("an embedded dead letter holds the stack up until it is sent again or left on purpose, which the next run takes back", async () => {
  await markRunning(url, "embedded");
  await publish("task-events-dead-letters", 1, { topic: "task-events" });
  expect(await refusal("stack")).toContain("holds 1 dead letter,");
  await withDapr(url, (client) => leaveDeadLetters(client, "embedded"));
  expect(await refusal("stack")).toBe("undefined");
  await markRunning(url, "embedded");
  expect(await refusal("stack")).toContain("holds 1 dead letter,");
  await database.pool.query("update messages set resent_at = now()");
  expect(await refusal("stack")).toBe("undefined");
});

test("after the stack the embedded engine starts only when it is known that the broker holds nothing", async () => {
  await markRunning(url, "stack");
  expect(await refusal("embedded")).toContain("did not stop in order");
  await stackHolds({ events: [{ group: "audit-service", topic: "audit-logs", count: 1 }], deadLetters: 2 });
  expect(await refusal("embedded")).toContain("holds 1 event for audit-service (audit-logs) and 2 dead letters,");
  await withDapr(url, (client) => leaveDeadLetters(client, "stack"));
  expect(await refusal("embedded")).toContain("holds 1 event for audit-service (audit-logs),");
  await stackHolds({ events: [], deadLetters: 2 });
  expect(await refusal("embedded")).toBe("undefined");
  expect(await refusal("stack")).toBe("undefined");
});

test("what was known of the broker is void as soon as the stack runs again", async () => {
  await markRunning(url, "stack");
  await stackHolds({ events: [], deadLetters: 0 });
  await markRunning(url, "embedded");
  expect(await withDapr(url, lastEngine)).toBe("embedded");
  expect(await refusal("embedded")).toBe("undefined");
  await markRunning(url, "stack");
  expect(await withDapr(url, lastEngine)).toBe("stack");
  expect(await refusal("embedded")).toContain("did not stop in order");
});

test("what waits is said in words", () => {
  const events = [
    { group: "a", topic: "t", count: 1 },
    { group: "b", topic: "t", count: 2 },
  ];
  expect(inWords({ events, deadLetters: 1 })).toBe("1 event for a (t), 2 events for b (t) and 1 dead letter");
  expect(inWords({ events: [], deadLetters: 0 })).toBe("");
});
