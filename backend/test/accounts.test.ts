import { accountUpdated, defaultPreferences } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import type { TestAccount } from "./support/sign-up.ts";

let backend: TestApp;
let account: TestAccount;
beforeAll(async () => {
  backend = await testApp();
  account = await backend.signUp({ timeZone: "Europe/Berlin" });
});
afterAll(() => backend.close());

type Method = "GET" | "POST" | "PATCH";
const send = (method: Method, path: string, payload?: object, headers: Record<string, string> = {}) =>
  backend.inject({ method, url: `/api/v1${path}`, headers: { ...account.tokenHeaders, ...headers }, payload });

test("the account is read and changed with its version", async () => {
  const me = await send("GET", "/me");
  expect([me.statusCode, me.headers.etag]).toEqual([200, '"1"']);
  expect(me.json()).toMatchObject({
    id: account.accountId,
    timeZone: "Europe/Berlin",
    allDayTime: "09:00",
    mailAvailable: false,
  });
  expect((await send("PATCH", "/me", { locale: "de-DE" }, { "if-match": '"7"' })).statusCode).toBe(412);
  const changed = await send("PATCH", "/me", { locale: "de-DE" }, { "if-match": '"1"' });
  expect([changed.headers.etag, changed.json().locale]).toEqual(['"2"', "de-DE"]);
});

test("another time zone is an event, and moves the instants of floating dues", async () => {
  const due = { date: "2030-06-01", time: "09:00", timeZone: null };
  const task = (await send("POST", "/tasks", { title: "Float", due })).json();
  expect(task.dueAt).toBe("2030-06-01T07:00:00.000Z");
  expect((await send("PATCH", "/me", { timeZone: "America/New_York" })).statusCode).toBe(200);
  expect((await send("GET", `/tasks/${task.id}`)).json().dueAt).toBe("2030-06-01T13:00:00.000Z");
  const text =
    "select payload from outbox where payload ->> 'type' = 'account.updated.v1' and partition_key = $1 order by seq desc limit 2";
  const { rows } = await backend.pool.query(text, [account.accountId]);
  const [derived, changed] = rows.map(({ payload }) => accountUpdated.envelope.parse(payload).data.changes);
  expect(changed).toEqual({ timeZone: { from: "Europe/Berlin", to: "America/New_York" } });
  expect(derived).toHaveProperty("dueAt");
});

test("what is no zone, time or language is refused", async () => {
  for (const patch of [
    { timeZone: "Mars/Olympus" },
    { timeZone: null },
    { allDayTime: "25:00" },
    { locale: "x" },
    { name: "" },
    { email: "new@example.com" },
    { version: 9 },
  ]) {
    expect([patch, (await send("PATCH", "/me", patch)).statusCode]).toEqual([patch, 400]);
  }
});

const notification = {
  id: uuidv7(),
  kind: "reminder.due",
  taskId: null,
  title: "Pay rent",
  fireAt: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  readAt: null,
  deliveries: [],
};

test("notifications, preferences and the trail are asked of their services, for the caller's account only", async () => {
  const { sidecar } = backend;
  sidecar.answer("notification-service GET /api/notifications", () => ({
    status: 200,
    body: { items: [notification], nextCursor: null, unread: 1 },
  }));
  sidecar.answer(`notification-service POST /api/notifications/${notification.id}/read`, () => ({
    status: 200,
    body: notification,
  }));
  sidecar.answer("notification-service GET /api/preferences", () => ({ status: 200, body: defaultPreferences }));
  sidecar.answer("notification-service PATCH /api/preferences", () => ({ status: 200, body: defaultPreferences }));
  sidecar.answer("audit-service GET /api/audit", () => ({ status: 200, body: { items: [], nextCursor: null } }));
  expect((await send("GET", "/notifications?limit=5")).json().items).toEqual([notification]);
  expect((await send("POST", `/notifications/${notification.id}/read`)).json()).toEqual(notification);
  expect((await send("GET", "/notification-preferences")).json()).toEqual(defaultPreferences);
  expect((await send("PATCH", "/notification-preferences", { "task.created": { email: true } })).statusCode).toBe(200);
  expect((await send("GET", "/audit")).statusCode).toBe(200);
  for (const { query } of sidecar.invocations) expect(query.get("accountId")).toBe(account.accountId);
  expect(sidecar.invocations[0]?.query.get("limit")).toBe("5");
  expect((await send("GET", `/notifications?accountId=${uuidv7()}`)).statusCode).toBe(400);
});

test("a service that is away, or answers nonsense, is a 503 that says when to try again", async () => {
  for (const answer of [{ status: 500 }, { status: 403 }, { status: 200, body: { items: "?" } }]) {
    backend.sidecar.answer("audit-service GET /api/audit", () => answer);
    const refused = await send("GET", "/audit");
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "5"]);
    expect(refused.json().detail).toContain("audit-service");
  }
  backend.sidecar.answer("notification-service", () => ({ status: 404 }));
  expect((await send("POST", `/notifications/${uuidv7()}/read`)).statusCode).toBe(404);
});

test("health names every service and the UI, and is 503 while one is down", async () => {
  for (const appId of ["recurring-task-service", "notification-service", "audit-service", "todo-frontend"]) {
    backend.sidecar.answer(appId, () => ({ status: 200 }));
  }
  expect((await backend.inject("/health/live")).statusCode).toBe(200);
  expect((await backend.inject("/health/ready")).json().checks).toMatchObject({ database: "ok", sidecar: "ok" });
  expect((await backend.inject("/health")).json().status).toBe("ok");
  backend.sidecar.answer("audit-service", () => ({ status: 503 }));
  const health = await backend.inject("/health");
  expect([health.statusCode, health.json().checks["audit-service"]]).toEqual([503, "failed"]);
});
