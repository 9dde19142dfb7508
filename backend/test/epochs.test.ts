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

/** As while a relay holds a lane. */
async function whileTendRuns(work: () => Promise<void>) {
  const relay = await backend.pool.connect();
  await relay.query("select pg_advisory_lock(7301, 5)");
  await work();
  relay.release(true);
  const held = () =>
    rowsOf(
      "select from pg_locks where locktype = 'advisory' and classid = 7301 and database = (select oid from pg_database where datname = current_database())",
    );
  await expect.poll(held).toEqual([]);
}

test("while Tend runs no epoch is begun where someone says so", async () => {
  await handleAll();
  await whileTendRuns(async () => {
    expect(await begin(true)).toMatchObject({ again: null });
    await restore();
    expect(await begin(true)).toMatchObject({ again: null });
  });
  expect(await begin()).toMatchObject({ again: 0 });
});

test("a database that has failed over while Tend runs is known from then on, and no restore when Tend starts again", async () => {
  const before = await begin();
  await whileTendRuns(async () => {
    await restore();
    expect(await begin()).toEqual(before);
  });
  expect(await begin()).toEqual(before);
});

test("one copy that is restored twice begins two epochs, each after all before", async () => {
  await handleAll();
  const [copy] = await rowsOf<{ epoch: number }>("select max(epoch) as epoch from feed_epochs");
  const restoreCopy = async () => {
    await backend.pool.query("delete from feed_epochs where epoch > $1", [copy?.epoch]);
    await backend.pool.query("select setval(pg_get_serial_sequence('feed_epochs', 'epoch'), 1)");
    await restore();
    return (await begin())?.since ?? 0;
  };
  const first = await restoreCopy();
  expect(first).toBeGreaterThan(copy?.epoch ?? 0);
  expect(String(first)).toMatch(/^\d{1,9}$/);
  await expect.poll(restoreCopy, { timeout: 5_000 }).toBeGreaterThan(first);
});

test("what a dump brings from a server that was further on is read here, in its order", async () => {
  const { create, call } = await newClient(backend);
  const tasks = [await create({ title: "a" }), await create({ title: "b" })];
  const { nextCursor } = (await call("GET", "/changes")).body;
  await backend.pool.query("update events set txid = '1000000' where task_id = any($1)", [tasks.map(({ id }) => id)]);
  const unread = "select from events where txid >= pg_snapshot_xmax(pg_current_snapshot())";
  expect(await rowsOf(unread)).toHaveLength(2);
  // Of a version that knew no lineages.
  await backend.pool.query("update feed_epochs set lineage = null");
  expect((await begin())?.again).not.toBeNull();
  expect(await rowsOf(unread)).toHaveLength(0);
  expect((await call("GET", `/changes?cursor=${nextCursor}`)).body).toMatchObject({ status: 410 });
  const { nextCursor: present } = (await call("GET", "/changes")).body;
  const next = await create({ title: "c" });
  const { items } = (await call("GET", `/changes?cursor=${present}`)).body;
  expect(items.map(({ taskId }: { taskId: string }) => taskId)).toEqual([next.id]);
});

test("a database that a version without epochs worked on is taken as it is", async () => {
  await backend.pool.query("update feed_epochs set lineage = null");
  expect(await begin()).toMatchObject({ again: null });
  await restore();
  expect((await begin())?.again).not.toBeNull();
});

test("what was not handled is looked for among the events of the last month only, and put together once", async () => {
  await handleAll();
  await backend.pool.query(
    `insert into events (id, type, account_id, actor, data, at)
     select uuidv7('-60 days'), 'label.created.v1', uuidv7(), '{}', '{}', now() - interval '60 days' from generate_series(1, 20000)`,
  );
  const { create } = await newClient(backend);
  await create({ title: "last" });
  await backend.pool.query("delete from outbox");
  await restore();
  const client = await backend.pool.connect();
  await client.query("begin; set local track_functions = 'all'");
  await client.query("select from unhandled_events()");
  const { rows: tables } = await client.query(
    "select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = 'events'",
  );
  expect(Number(tables[0]?.read)).toBeLessThan(1_000);
  const { rows: begun } = await client.query("select again from begin_epoch_if_restored(false)");
  const { rows: functions } = await client.query(
    "select calls from pg_stat_xact_user_functions where funcname = 'event_data'",
  );
  await client.query("rollback");
  client.release();
  expect(begun[0]?.again).toBeGreaterThan(0);
  expect(Number(functions[0]?.calls)).toBe(begun[0]?.again);
});

test("of a copy that cannot be told from its original, someone says so", async () => {
  await handleAll();
  const before = await begin();
  const after = await begin(true);
  expect(after?.again).toBe(0);
  expect(after?.since).toBeGreaterThan(before?.since ?? 0);
});
