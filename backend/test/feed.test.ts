import type { AddressInfo } from "node:net";
import { ChangePage } from "@tend/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startBackground } from "../src/background.ts";
import { type TestApp, testApp } from "./support/app.ts";
import { client } from "./support/client.ts";
import type { TestAccount } from "./support/sign-up.ts";

let backend: TestApp;
let stop: () => Promise<void>;
let origin: string;
beforeAll(async () => {
  backend = await testApp();
  stop = await startBackground(backend.context);
  await backend.app.listen({ host: "127.0.0.1", port: 0 });
  origin = `http://127.0.0.1:${(backend.app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await stop();
  await backend.close();
});

const changes = async (account: ReturnType<typeof client>, cursor?: string) =>
  ChangePage.parse((await account.call("GET", `/changes${cursor ? `?cursor=${cursor}` : ""}`)).body);

async function openStream(account: TestAccount, lastEventId?: string) {
  const abort = new AbortController();
  const response = await fetch(`${origin}/api/v1/stream`, {
    headers: { ...account.tokenHeaders, ...(lastEventId ? { "last-event-id": lastEventId } : {}) },
    signal: abort.signal,
  });
  let text = "";
  let isEnded = false;
  const reading = (async () => {
    for await (const chunk of response.body as ReadableStream<Uint8Array>) text += Buffer.from(chunk).toString();
    isEnded = true;
  })().catch(() => {});
  return {
    response,
    text: () => text,
    isEnded: () => isEnded,
    close: () => {
      abort.abort();
      return reading;
    },
  };
}

test("the feed has every change once, in order, from its cursor on", async () => {
  const account = client(backend, await backend.signUp());
  const start = await changes(account);
  expect(start.items).toEqual([]);
  const tasks = await Promise.all(Array.from({ length: 20 }, (_, n) => account.create({ title: `${n}` })));
  await account.call("PATCH", `/tasks/${tasks[0]!.id}`, { title: "changed" });
  const seen: string[] = [];
  let cursor = start.nextCursor;
  await vi.waitFor(async () => {
    const page = await changes(account, cursor);
    seen.push(...page.items.map(({ type, taskId }) => `${type} ${taskId}`));
    cursor = page.nextCursor;
    expect(seen).toHaveLength(21);
  });
  expect(new Set(seen).size).toBe(21);
  expect((await changes(account, cursor)).items).toEqual([]);
});

test("a cursor names no transaction that only failed: after a crash its id is given again", async () => {
  const account = client(backend, await backend.signUp());
  await account.create({ title: "last" });
  const failed = await backend.pool.connect();
  await failed.query("begin");
  const { rows } = await failed.query<{ id: string }>("select pg_current_xact_id()::text as id");
  await failed.query("rollback");
  failed.release();
  const { nextCursor } = await changes(account);
  const [, txid] = Buffer.from(nextCursor, "base64url").toString().split(".");
  expect(BigInt(String(txid))).toBeLessThan(BigInt(String(rows[0]?.id)));
  expect((await changes(account, nextCursor)).items).toEqual([]);
});

test("a tick tells nothing of a new account, whose times are as they were made", async () => {
  const account = client(backend, await backend.signUp());
  await account.create({
    title: "floating",
    due: { date: "2030-01-01", time: "09:00" },
    reminders: [{ before: "PT10M" }],
  });
  const start = await changes(account);
  await backend.inject({
    method: "POST",
    url: "/api/jobs/check-reminders",
    headers: { "dapr-api-token": backend.context.config.appApiToken },
  });
  expect((await changes(account, start.nextCursor)).items).toEqual([]);
});

test("a new zone tells pages that all times were derived again", async () => {
  const account = client(backend, await backend.signUp());
  await account.create({ title: "floating", due: { date: "2030-01-01", time: "09:00" } });
  const start = await changes(account);
  await account.call("PATCH", "/me", { timeZone: "Asia/Tokyo" });
  await vi.waitFor(async () => {
    const { items } = await changes(account, start.nextCursor);
    expect(items.at(-1)).toMatchObject({ type: "account.updated.v1", taskId: null, changes: { dueAt: {} } });
  });
});

test("a cursor from another epoch or from beyond this database has expired", async () => {
  const account = client(backend, await backend.signUp());
  const encode = (text: string) => Buffer.from(text).toString("base64url");
  for (const cursor of ["9.1.1", "1.99999999999.1"]) {
    expect((await account.call("GET", `/changes?cursor=${encode(cursor)}`)).body).toMatchObject({
      status: 410,
      code: "cursor_expired",
    });
  }
  expect((await account.call("GET", "/changes?cursor=nonsense")).status).toBe(400);
});

test("a stream tells of changes, of nobody else's, and resumes without a gap", async () => {
  const ada = await backend.signUp();
  const bob = client(backend, await backend.signUp());
  const account = client(backend, ada);
  const stream = await openStream(ada);
  await vi.waitFor(() => expect(stream.text()).toContain("event: ready"));
  await bob.create({ title: "not Ada's" });
  const first = await account.create({ title: "one" });
  await vi.waitFor(() => expect(stream.text()).toContain(first.id));
  await stream.close();
  const lastId = [...stream.text().matchAll(/^id: (.+)$/gm)].at(-1)![1]!;
  const second = await account.create({ title: "two" });
  const resumed = await openStream(ada, lastId);
  await vi.waitFor(() => expect(resumed.text()).toContain(second.id));
  expect(resumed.text()).not.toContain(first.id);
  expect(resumed.text().match(/event: change/g)).toHaveLength(1);
  await resumed.close();
});

test("pages that lose their streams in one moment come back over five seconds, each at a time of its own", async () => {
  const ada = await backend.signUp();
  const streams = await Promise.all(Array.from({ length: 24 }, () => openStream(ada)));
  const retry = (text: string) => Number(/^retry: (\d+)\n/m.exec(text)?.[1]);
  await vi.waitFor(() => expect(streams.every(({ text }) => retry(text()) > 0)).toBe(true));
  const retries = streams.map(({ text }) => retry(text()));
  await Promise.all(streams.map(({ close }) => close()));
  expect(Math.min(...retries)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...retries)).toBeLessThan(6_000);
  expect(Math.max(...retries) - Math.min(...retries)).toBeGreaterThan(1_500);
  expect(new Set(retries).size).toBeGreaterThan(12);
});

test("a stream ends when its token is revoked", { timeout: 15_000 }, async () => {
  const ada = await backend.signUp();
  const stream = await openStream(ada);
  await backend.pool.query("delete from access_tokens where user_id = $1", [ada.accountId]);
  await vi.waitFor(() => expect(stream.isEnded()).toBe(true), { timeout: 10_000 });
});

test("what is committed is published in order for each task, then gone from the outbox", async () => {
  const account = client(backend, await backend.signUp());
  const task = await account.create({ title: "0" });
  for (let n = 1; n < 10; n++) await account.call("PATCH", `/tasks/${task.id}`, { title: `${n}` });
  const published = () => backend.sidecar.published.filter(({ partitionKey }) => partitionKey === task.id);
  await vi.waitFor(() => expect(published()).toHaveLength(10));
  expect(published().map(({ event }) => (event.data as { task: { version: number } }).task.version)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  await vi.waitFor(async () => {
    const { rows } = await backend.pool.query("select from outbox where partition_key = $1", [task.id]);
    expect(rows).toHaveLength(0);
  });
});

test("a due reminder is handed over once, and only while it applies", async () => {
  const account = client(backend, await backend.signUp());
  const at = Temporal.Now.zonedDateTimeISO("UTC").add({ minutes: 10 });
  const due = {
    date: at.toPlainDate().toString(),
    time: at.toPlainTime().toString({ smallestUnit: "minute" }),
    timeZone: "UTC",
  };
  const seconds = Math.floor(
    Temporal.PlainDateTime.from(`${due.date}T${due.time}`).toZonedDateTime("UTC").epochMilliseconds / 1000 -
      Date.now() / 1000,
  );
  const task = await account.create({
    title: "soon",
    due,
    reminders: [{ before: `PT${seconds - 1}S` }, { before: "P2D" }],
  });
  const dropped = await account.create({ title: "done before", due, reminders: [{ before: `PT${seconds - 1}S` }] });
  await account.call("POST", `/tasks/${dropped.id}/complete`);
  const reminders = (id: string) =>
    backend.sidecar.published.filter(({ topic, event }) => topic === "reminders" && event.subject === id);
  await vi.waitFor(() => expect(reminders(task.id)).toHaveLength(1), { timeout: 8_000 });
  await backend.inject({
    method: "POST",
    url: "/api/jobs/check-reminders",
    headers: { "dapr-api-token": backend.context.config.appApiToken },
  });
  expect(reminders(task.id)).toHaveLength(1);
  expect(reminders(dropped.id)).toHaveLength(0);
});
