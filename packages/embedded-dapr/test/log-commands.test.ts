import { until } from "@tend/service-kit/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listDeadLetters, replayTopic, resendDeadLetters } from "../src/index.ts";
import { type StartedEmbedded, startEmbedded } from "./support/embedded-target.ts";
import { publish, pubsubOnly, subscription } from "./support/pubsub-only.ts";
import { TestApp } from "./support/test-app.ts";

let app: TestApp;
let target: StartedEmbedded;
let url: string;

beforeEach(async () => {
  app = await new TestApp("app").start();
  app.subscriptions = [subscription("events")];
  target = await startEmbedded([app], pubsubOnly(1));
  url = target.database.connectionString;
  await target.dapr.ready;
});
afterEach(async () => {
  await target.stop();
  await app.stop();
});

const numbers = () => app.events("/events").map(({ data }) => (data as { n: number }).n);

it("lists dead letters with their reason, and sends them again once", async () => {
  app.on("/events", () => ({ status: 500 }));
  await publish(target, app, "events", { n: 1 }, "series-1");
  await publish(target, app, "events", { n: 2 }, "series-1");
  const letters = await until(async () => {
    const listed = await listDeadLetters(url);
    return listed.length === 2 ? listed : null;
  });
  expect(letters[1]).toMatchObject({
    topic: "events",
    deadLetterTopic: "events-dead",
    group: "app",
    key: "series-1",
    attempts: 2,
    reason: "the app answered 500",
    event: { data: { n: 1 }, topic: "events" },
    resentAt: null,
  });
  app.on("/events", () => ({}));
  app.received.length = 0;
  expect(await resendDeadLetters(url, { ids: [letters[1]!.id] })).toEqual({ result: { resent: 1 } });
  await until(() => numbers().length === 1);
  expect(await resendDeadLetters(url)).toEqual({ result: { resent: 1 } });
  await until(() => numbers().length === 2);
  expect(numbers()).toEqual([1, 2]);
  expect(await resendDeadLetters(url)).toEqual({ result: { resent: 0 } });
  expect(await listDeadLetters(url)).toEqual([]);
  expect(await listDeadLetters(url, { resent: true })).toHaveLength(2);
});

it("sends a message that two groups could not take again once, whichever of its letters is named", async () => {
  const other = await new TestApp("other").start();
  other.subscriptions = [subscription("events")];
  const both = [app, other];
  const shared = await startEmbedded(both, pubsubOnly(1));
  await shared.dapr.ready;
  const databaseUrl = shared.database.connectionString;
  const refuse = async (n: number) => {
    for (const one of both) one.on("/events", () => ({ body: JSON.stringify({ status: "DROP" }) }));
    await publish(shared, app, "events", { n }, "series-1");
  };
  const untilListed = (count: number) =>
    until(async () => {
      const letters = await listDeadLetters(databaseUrl);
      return letters.length === count ? letters : null;
    });
  await refuse(0);
  await untilListed(2);
  await refuse(1);
  const letters = await untilListed(4);
  const named = letters.find(({ event }) => (event as { data: { n: number } }).data.n === 1);
  for (const one of both) one.on("/events", () => ({}));
  for (const one of both) one.received.length = 0;
  expect(await resendDeadLetters(databaseUrl, { ids: [named!.id] })).toEqual({ result: { resent: 2 } });
  await untilListed(2);
  expect(await resendDeadLetters(databaseUrl)).toEqual({ result: { resent: 2 } });
  await publish(shared, app, "events", { n: 2 }, "series-1");
  for (const one of both) {
    await until(() => one.events("/events").length >= 3);
    expect(one.events("/events").map(({ data }) => (data as { n: number }).n)).toEqual([1, 0, 2]);
  }
  expect(await listDeadLetters(databaseUrl)).toEqual([]);
  await shared.stop();
  await other.stop();
});

it("replays a topic for a running group, from an offset or an instant", async () => {
  await publish(target, app, "events", { n: 1 }, "a");
  await publish(target, app, "events", { n: 2 }, "a");
  await until(() => numbers().length === 2);
  await target.database.pool.query(`update messages set published_at = now() - interval '1 hour' where "offset" = 0`);
  await replayTopic(url, {
    topic: "events",
    group: "app",
    from: { time: new Date(Date.now() - 60_000).toISOString() },
  });
  await until(() => numbers().length === 3);
  expect(await replayTopic(url, { topic: "events", group: "app", from: { offset: 0 } })).toEqual({
    result: { messages: 2 },
  });
  await until(() => numbers().length === 5);
  expect(numbers()).toEqual([1, 2, 2, 1, 2]);
  expect(await replayTopic(url, { topic: "nothing", group: "app", from: { offset: 0 } })).toEqual({
    result: { error: "there is no topic nothing" },
  });
});
