import { until } from "@tend/service-kit/testing";
import { afterEach, expect, it } from "vitest";
import { type StartedEmbedded, startEmbedded } from "./support/embedded-target.ts";
import { publish, publishMany, pubsubOnly, subscription } from "./support/pubsub-only.ts";
import { TestApp } from "./support/test-app.ts";
import type { ResourceFiles } from "./support/write-resources.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function newApp(appId: string): Promise<TestApp> {
  const app = await new TestApp(appId).start();
  cleanups.push(() => app.stop());
  return app;
}

async function start(apps: TestApp[], resources: ResourceFiles = pubsubOnly(), over = {}): Promise<StartedEmbedded> {
  const started = await startEmbedded(apps, resources, over);
  cleanups.push(started.stop);
  return started;
}

type Point = { key: string; n: number };
const points = (app: TestApp, path = "/events") => app.events(path).map(({ data }) => data as Point);

it("delivers nothing before every app is ready", async () => {
  const [first, second] = [await newApp("first"), await newApp("second")];
  first.subscriptions = [subscription("events")];
  second.isReady = false;
  const target = await start([first, second]);
  expect(await publish(target, first, "events", { n: 1 })).toBe(204);
  const { rows } = await target.database.pool.query("select count(*)::int as stored from messages");
  expect(rows[0].stored).toBe(1);
  expect(first.received).toEqual([]);
  second.isReady = true;
  await target.dapr.ready;
  await until(() => first.at("/events").length === 1);
});

it("starts a new group at the oldest message, beyond what is in memory", async () => {
  const [old, young] = [await newApp("old"), await newApp("young")];
  old.subscriptions = [subscription("events")];
  const before = await start([old]);
  await before.dapr.ready;
  const items = Array.from({ length: 5_000 }, (_, n) => ({ key: "one", data: { key: "one", n } }));
  for (let at = 0; at < items.length; at += 1_000)
    await publishMany(before, old, "events", items.slice(at, at + 1_000));
  await before.dapr.close({ graceMs: 1_000 });
  const seen: number[] = [];
  young.subscriptions = [subscription("events", { bulkSubscribe: { enabled: true, maxMessagesCount: 300 } })];
  young.on("/events", ({ body }) => {
    const entries = JSON.parse(body).entries as { entryId: string; event: { data: Point } }[];
    seen.push(...entries.map(({ event }) => event.data.n));
    return { body: JSON.stringify({ statuses: entries.map(({ entryId }) => ({ entryId, status: "SUCCESS" })) }) };
  });
  await start([young], pubsubOnly(), { database: before.database });
  await until(() => seen.length >= 5_000);
  expect(seen).toEqual(items.map(({ data }) => data.n));
});

it("burns no retries on an app that is down, and goes on as soon as it is back", async () => {
  const app = await newApp("app");
  app.subscriptions = [subscription("events")];
  const target = await start([app], pubsubOnly(0));
  await target.dapr.ready;
  await app.stop();
  for (let n = 0; n < 20; n++) await publish(target, app, "events", { key: "a", n }, "a");
  await app.start();
  await until(() => points(app).length === 20);
  expect(points(app).map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(app.at("/events-dead")).toEqual([]);
});

it("gives an unhealthy app nothing: no messages, no ticks, no invocations", async () => {
  const app = await newApp("app");
  app.subscriptions = [subscription("events")];
  const target = await start([app], pubsubOnly(), { healthPollMs: 20 });
  await target.dapr.ready;
  app.isLive = false;
  const invoke = async () => {
    const { baseUrl, apiToken } = target.endpoint("app");
    return (await fetch(`${baseUrl}/v1.0/invoke/app/method/api/x`, { headers: { "dapr-api-token": apiToken } })).status;
  };
  await until(async () => (await invoke()) === 500);
  await publish(target, app, "events", { n: 1 });
  expect(app.at("/events")).toEqual([]);
  app.isLive = true;
  await until(() => app.at("/events").length === 1);
  expect(await invoke()).toBe(200);
});

it("answers 500 while the database is away, and resumes by itself", async () => {
  const app = await newApp("app");
  app.subscriptions = [subscription("events")];
  const target = await start([app]);
  await target.dapr.ready;
  expect(await publish(target, app, "events", { n: 1 }, "a")).toBe(204);
  await until(() => app.at("/events").length === 1);
  const { administrate, name } = databaseAdmin(target);
  await administrate(`alter database ${name} allow_connections false`);
  await administrate(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  await until(async () => (await publish(target, app, "events", { n: 2 }, "a")) === 500);
  expect((await fetch(`${target.endpoint("app").baseUrl}/v1.0/healthz`)).status).toBe(204);
  await administrate(`alter database ${name} allow_connections true`);
  await until(async () => (await publish(target, app, "events", { n: 3 }, "a")) === 204);
  await until(() => points(app).some(({ n }) => n === 3));
});

function databaseAdmin(target: StartedEmbedded) {
  const name = new URL(target.database.connectionString).pathname.slice(1);
  const administrate = async (statement: string) => {
    const { default: pg } = await import("pg");
    const client = new pg.Client(process.env.TEST_DATABASE_URL);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  return { administrate, name };
}
