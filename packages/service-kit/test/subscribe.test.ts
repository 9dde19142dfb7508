import { accountUpdated, taskCreated, taskDeleted } from "@tend/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callingHandler, createServer, defineService, handler, RefusedEvent, subscribe } from "../src/index.ts";
import {
  type Caller,
  cloudEvent,
  createTestDatabase,
  deliver,
  deliverBulk,
  type FakeSidecar,
  newId,
  newTask,
  now,
  startFakeSidecar,
  startForTest,
  type TestDatabase,
} from "../testing/index.ts";

const route = "/events/task-events";
let calls = 0;
const counting = handler(taskCreated, async ({ data }, { tx }) => {
  await tx.query("insert into seen (title) values ($1)", [data.task.title]);
  if (data.task.title === "refused") throw new RefusedEvent("never");
  if (data.task.title === "failing") throw new Error("later");
});
const calling = callingHandler(taskDeleted, {
  call: async () => ++calls,
  store: async ({ data }, result, { tx }) => {
    await tx.query("insert into seen (title) values ($1)", [`${data.task.title} ${result}`]);
  },
});
const service = defineService({
  appId: "notification-service",
  schema: "kit",
  migrations: import.meta.dirname,
  async build(context) {
    const app = createServer(context);
    subscribe(app, {
      ...context,
      context: {},
      subscriptions: [{ route, handlers: [counting, calling] }],
    });
    return app;
  },
});

let database: TestDatabase;
let sidecar: FakeSidecar;
let started: Caller & { running: { close(): Promise<void> } };
beforeAll(async () => {
  database = await createTestDatabase("kit");
  await database.pool.query(
    "create table inbox (event_id uuid primary key, received_at timestamptz not null default now()); create table seen (title text not null)",
  );
  sidecar = await startFakeSidecar({ "postgres-credentials-notification-service": database.connectionString });
  started = await startForTest(service, sidecar);
});
afterAll(async () => {
  await started?.running.close();
  await sidecar?.close();
  await database?.drop();
});
beforeEach(() => database.pool.query("truncate seen, inbox"));

const created = (title: string) =>
  cloudEvent(taskCreated, {
    accountId: newId(),
    actor: { kind: "user", id: newId() },
    at: now(),
    task: newTask({ title }),
    changes: {},
    series: null,
  });
const deleted = (title: string) =>
  cloudEvent(taskDeleted, {
    ...created(title).data,
    completedAt: now(),
    nextDue: null,
    scope: "this",
  });
const titles = async () =>
  (await database.pool.query("select title from seen order by title")).rows.map((row) => row.title);

describe("a subscription", () => {
  it("is the sidecar's own to know: the service announces none", async () => {
    expect((await started.request("GET", "/dapr/subscribe")).status).toBe(404);
  });
  it("handles the same event once, however often it comes", async () => {
    const event = created("once");
    for (let time = 0; time < 2; time++)
      expect(await deliver(started, route, event)).toEqual({ status: 200, body: { status: "SUCCESS" } });
    await deliverBulk(started, route, [event, event]);
    expect(await titles()).toEqual(["once"]);
  });
  it("tells how long after an event its handler was done, once for each event", async () => {
    const counted = async () => {
      const { body } = await started.request("GET", "/metrics");
      const line = /^tend_event_delay_seconds_count\{.*type="task\.deleted\.v1".*\} (\d+)$/m.exec(String(body));
      return Number(line?.[1] ?? 0);
    };
    const before = await counted();
    const event = deleted("late");
    await deliverBulk(started, route, [event, event]);
    await deliver(started, route, event);
    expect(await counted()).toBe(before + 1);
  });
  it("drops what it cannot read and versions that it does not know", async () => {
    const unreadable = [
      { ...created("x"), id: "no uuid" },
      { ...created("x"), type: "task.created.v2" },
      { hello: 1 },
      "{",
      7,
    ];
    for (const event of unreadable)
      expect(await deliver(started, route, event)).toEqual({ status: 200, body: { status: "DROP" } });
    expect(await titles()).toEqual([]);
  });
  it("acknowledges what nobody here listens to", async () => {
    const event = cloudEvent(accountUpdated, {
      accountId: newId(),
      actor: { kind: "user", id: "u" },
      at: now(),
      changes: {},
    });
    expect((await deliver(started, route, event)).body).toEqual({ status: "SUCCESS" });
  });
  it("keeps nothing of an event that failed, so that it can come again", async () => {
    const event = created("failing");
    expect((await deliver(started, route, event)).status).toBe(500);
    expect((await deliver(started, route, event)).status).toBe(500);
    expect(await titles()).toEqual([]);
    expect((await deliver(started, route, created("refused"))).body).toEqual({ status: "DROP" });
  });
  it("judges each event of a batch by itself", async () => {
    const events = [created("a"), created("failing"), created("refused"), { hello: 1 }, created("b")];
    const { status, body } = await deliverBulk(started, route, events);
    const statuses = (body as { statuses: { status: string }[] }).statuses.map((entry) => entry.status);
    expect([status, ...statuses]).toEqual([200, "SUCCESS", "RETRY", "DROP", "DROP", "SUCCESS"]);
    expect(await titles()).toEqual(["a", "b"]);
  });
  it("calls the network outside the transaction, and not again once stored", async () => {
    calls = 0;
    const event = deleted("gone");
    await deliver(started, route, event);
    await deliver(started, route, event);
    expect([calls, await titles()]).toEqual([1, ["gone 1"]]);
  });
  it("refuses an event that another service forged, or that lacks the token", async () => {
    const options = { body: created("forged"), headers: { "content-type": "application/cloudevents+json" } };
    expect((await started.request("POST", route, { ...options, from: "todo-frontend" })).status).toBe(403);
    expect((await started.request("POST", route, { ...options, from: "todo-frontend, todo-backend" })).status).toBe(
      403,
    );
    expect((await started.request("POST", route, { ...options, outside: true })).status).toBe(403);
    expect(await titles()).toEqual([]);
  });
});
