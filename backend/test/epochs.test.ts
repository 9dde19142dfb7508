import {
  accountUpdated,
  auditRecorded,
  labelChanged,
  projectChanged,
  reminderDue,
  type Task,
  taskEvents,
} from "@tend/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fireDueReminders } from "../src/modules/reminders/fire-due-reminders.ts";
import { type TestApp, testApp } from "./support/app.ts";
import { newClient } from "./support/client.ts";
import { daily, morning } from "./support/every-morning.ts";

const inboxes = ["audit", "recurring", "notification"];
const definitions = [...taskEvents, accountUpdated, auditRecorded, labelChanged, projectChanged, reminderDue];
type Payload = { id: string; type: string; data: Record<string, unknown> & { task?: Task } };
type Row = { topic: string; partition_key: string; lane: number; seq: number; payload: Payload };

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
  for (const schema of inboxes)
    await backend.pool.query(`create schema ${schema}; create table ${schema}.inbox (event_id uuid primary key)`);
});
afterAll(() => backend.close());
beforeEach(() => begin());

const rowsOf = async <R extends object>(text: string, values: unknown[] = []) =>
  (await backend.pool.query<R>(text, values)).rows;
async function begin(wasRestored = false) {
  const text = "select * from begin_epoch_if_restored($1)";
  const [row] = await rowsOf<{ since: number; again: number | null }>(text, [wasRestored]);
  return row;
}
const outbox = () => rowsOf<Row>("select topic, partition_key, lane, seq, payload from outbox order by seq");
/** As when all of it has been published and handled. */
async function handleAll() {
  for (const schema of inboxes)
    await backend.pool.query(`insert into ${schema}.inbox select id from todo.events on conflict do nothing`);
  await backend.pool.query("delete from outbox");
}
const restore = () => backend.pool.query("update feed_epochs set lineage = 'another' where lineage is not null");

/** Something of every kind of event. */
async function useEverything() {
  const { create, call } = await newClient(backend);
  const task = await create({
    title: "Water plants",
    due: morning,
    recurrence: daily,
    reminders: [{ before: "PT10M" }],
  });
  await call("PATCH", `/tasks/${task.id}`, { title: "Water all plants", priority: "high" });
  await call("POST", `/tasks/${task.id}/complete`);
  await call("POST", `/tasks/${task.id}/reopen`);
  await call("POST", `/tasks/${task.id}/skip`);
  await call("DELETE", `/tasks/${task.id}`);
  await call("POST", `/tasks/${task.id}/restore`);
  const project = (await call("POST", "/projects", { name: "Garden" })).body;
  const label = (await call("POST", "/labels", { name: "green" })).body;
  const other = await create({
    title: "Mow",
    projectId: project.id,
    labelIds: [label.id],
    due: { date: "2099-01-01" },
  });
  await call("DELETE", `/labels/${label.id}`);
  await call("DELETE", `/tasks/${other.id}?scope=this`);
  await call("PATCH", "/me", { name: "Grace" });
  await call("POST", "/tokens", { name: "script", scopes: ["read"] });
  const soon = await create({
    title: "Call",
    due: { ...morning, date: "2098-01-01" },
    reminders: [{ before: "PT10M" }],
  });
  await backend.pool.query("update reminders set fire_at = now() where task_id = $1", [soon.id]);
  await fireDueReminders(backend.pool, () => {});
}

// When a task was closed that was closed again since, only its event's own moment tells, milliseconds later.
const comparable = (rows: Row[]) =>
  JSON.parse(
    JSON.stringify(rows, (key, value) =>
      ["traceparent", "updatedAt"].includes(key) ? undefined : key === "completedAt" ? value !== null : value,
    ),
  );

test("every event can be published again from the database as it was published first", async () => {
  await handleAll();
  await useEverything();
  const first = await outbox();
  const kinds = new Set(first.map(({ payload }) => payload.type));
  expect([...kinds].sort()).toEqual(
    definitions
      .map(({ type }) => type)
      .filter((type) => !/revived|withdrawn/.test(type))
      .sort(),
  );
  await backend.pool.query("delete from outbox");
  await restore();
  expect(await begin()).toMatchObject({ again: first.length });
  const again = await outbox();
  expect(comparable(again)).toEqual(comparable(first));
  for (const { payload } of again) definitions.find(({ type }) => type === payload.type)?.envelope.parse(payload);
});

test("after a restore what no consumer had handled is published again, and nothing else", async () => {
  const { create, call } = await newClient(backend);
  const tasks: Task[] = [];
  for (const title of ["a", "b", "c", "d"]) tasks.push(await create({ title }));
  await call("PATCH", `/tasks/${tasks[3]?.id}`, { title: "renamed" });
  await handleAll();
  expect(await begin()).toMatchObject({ again: null });
  for (const [schema, task] of [
    ["audit", 0],
    ["recurring", 1],
    ["notification", 2],
    ["notification", 3],
  ] as const)
    await backend.pool.query(
      `delete from ${schema}.inbox where event_id in (select id from events where task_id = $1)`,
      [tasks[task]?.id],
    );
  await restore();
  const epoch = await begin();
  expect(epoch).toMatchObject({ again: 4 });
  const rows = await outbox();
  expect(rows.map(({ payload }) => [payload.type, payload.data.task?.title])).toEqual([
    ["task.created.v1", "a"],
    ["task.created.v1", "b"],
    ["task.created.v1", "c"],
    // Its later event is none that notifications are made of.
    ["task.created.v1", "d"],
  ]);
  expect(await begin()).toEqual({ since: epoch?.since, again: null });
});

test("cursors of before have expired", async () => {
  const { call } = await newClient(backend);
  const { nextCursor } = (await call("GET", "/changes")).body;
  expect((await call("GET", `/changes?cursor=${nextCursor}`)).status).toBe(200);
  await restore();
  await begin();
  expect((await call("GET", `/changes?cursor=${nextCursor}`)).body).toMatchObject({ status: 410 });
});

test("while Tend runs no epoch is begun, also not where someone says so", async () => {
  const relay = await backend.pool.connect();
  await relay.query("select pg_advisory_lock(7301, 5)");
  await restore();
  expect(await begin()).toMatchObject({ again: null });
  expect(await begin(true)).toMatchObject({ again: null });
  relay.release(true);
  await expect.poll(() => begin()).toMatchObject({ again: 0 });
});

test("of a copy that cannot be told from its original, someone says so", async () => {
  await handleAll();
  const before = await begin();
  const after = await begin(true);
  expect(after?.again).toBe(0);
  expect(after?.since).toBeGreaterThan(before?.since ?? 0);
});
