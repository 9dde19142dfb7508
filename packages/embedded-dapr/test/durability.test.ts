import { createTestDatabase, type TestDatabase, until } from "@tend/service-kit/testing";
import { afterEach, expect, it } from "vitest";
import { ChildSidecar } from "./support/child-sidecar.ts";
import { toConfig } from "./support/embedded-target.ts";
import { pubsubOnly, subscription } from "./support/pubsub-only.ts";
import { TestApp } from "./support/test-app.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp() {
  const database: TestDatabase = await createTestDatabase("dapr");
  cleanups.push(() => database.drop());
  const app = await new TestApp("app").start();
  cleanups.push(() => app.stop());
  app.subscriptions = [subscription("events")];
  const start = async (over = {}) => {
    const child = new ChildSidecar({ ...toConfig([app], pubsubOnly(), database.connectionString), ...over });
    cleanups.push(() => child.signal("SIGKILL"));
    const ports = await child.ports;
    return { child, port: ports.app! };
  };
  return { app, database, start };
}

type Point = { key: string; n: number };

/** Publishes a key's numbers one after the other, each until it is accepted. */
async function publishUntilAccepted(app: TestApp, port: () => number, point: Point): Promise<void> {
  await until(async () => {
    const url = `http://127.0.0.1:${port()}/v1.0/publish/pubsub/events?metadata.partitionKey=${point.key}`;
    const headers = { "dapr-api-token": app.apiToken, "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(point) }).catch(() => null);
    return answer?.status === 204;
  }, 30);
}

it("finishes the handler under way on SIGTERM, and does not repeat it", async () => {
  const { app, start, database } = await setUp();
  const { child, port } = await start();
  const handler = Promise.withResolvers<undefined>();
  app.on("/events", () => handler.promise);
  await publishUntilAccepted(app, () => port, { key: "a", n: 1 });
  await publishUntilAccepted(app, () => port, { key: "a", n: 2 });
  await until(() => app.inFlight.size === 1);
  const exited = child.signal("SIGTERM");
  // Its listener is still there while the handler runs.
  expect((await fetch(`http://127.0.0.1:${port}/v1.0/healthz`)).status).toBe(204);
  handler.resolve(undefined);
  expect(await exited).toBe(0);
  expect(app.events("/events").map(({ data }) => (data as Point).n)).toEqual([1]);
  const { rows } = await database.pool.query("select sum(next_offset)::int as handled from consumer_offsets");
  expect(rows[0].handled).toBe(1);
  await start();
  await until(() => app.at("/events").length === 2);
  expect(app.events("/events").map(({ data }) => (data as Point).n)).toEqual([1, 2]);
});

it("refuses to run twice on one database, and takes over when the first is killed", async () => {
  const { app, database, start } = await setUp();
  const { child } = await start();
  const second = new ChildSidecar({ ...toConfig([app], pubsubOnly(), database.connectionString), lockWaitMs: 0 });
  expect(await second.exited).toBe(1);
  expect(second.errors).toContain("another sidecar is running on this database; stop it first");
  const waiting = start({ lockWaitMs: 20_000 });
  await child.signal("SIGKILL");
  expect((await waiting).port).toBeGreaterThan(0);
});

it("says in one sentence what is wrong with its configuration", async () => {
  const child = new ChildSidecar({ databaseUrl: "x", resourcesPath: "/nowhere", secretsFile: "x", apps: [] });
  expect(await child.exited).toBe(1);
  expect(child.errors).toContain("the embedded sidecar's configuration is not valid");
  expect(child.errors).not.toContain("    at ");
});
