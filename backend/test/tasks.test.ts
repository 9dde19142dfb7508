import { Task } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { newClient } from "./support/client.ts";
import { daily, morning } from "./support/every-morning.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

test("a task needs only a title and lands in the inbox, with its event and outbox row", async () => {
  const { create, get } = await newClient(backend);
  const task = await create({ title: "  Buy milk " });
  expect(task).toMatchObject({ title: "Buy milk", status: "open", priority: "none", version: 1, dueAt: null });
  expect(await get(task.id)).toEqual(task);
  const { rows } = await backend.pool.query(
    "select o.payload from outbox o join events e using (seq) where e.task_id = $1",
    [task.id],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0].payload.data.task).toEqual(task);
});

test("a client's id makes a creation safe to repeat, and belongs to one account", async () => {
  const [ada, bob] = [await newClient(backend), await newClient(backend)];
  const body = { id: uuidv7(), title: "Once" };
  expect((await ada.call("POST", "/tasks", body)).status).toBe(201);
  expect((await ada.call("POST", "/tasks", body)).status).toBe(200);
  expect((await ada.call("POST", "/tasks", { ...body, title: "Twice" })).status).toBe(409);
  expect((await bob.call("POST", "/tasks", body)).status).toBe(409);
  expect((await ada.list()).items).toHaveLength(1);
});

test("twenty requests at once with one id make one task", async () => {
  const { call, list } = await newClient(backend);
  const body = { id: uuidv7(), title: "Race", due: morning, recurrence: daily };
  const answers = await Promise.all(Array.from({ length: 20 }, () => call("POST", "/tasks", body)));
  expect(
    answers
      .map(({ status }) => status)
      .toSorted()
      .at(-1),
  ).toBe(201);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect((await list()).items).toHaveLength(1);
});

test("a repeat under an Idempotency-Key makes one task", async () => {
  const { call, list } = await newClient(backend);
  const key = { "idempotency-key": uuidv7() };
  const first = await call("POST", "/tasks", { title: "Key" }, key);
  const second = await call("POST", "/tasks", { title: "Key" }, key);
  expect(second.body).toEqual(first.body);
  expect((await list()).items).toHaveLength(1);
});

test("dueAt follows the zone; floating dues mean the account's", async () => {
  const { create, call } = await newClient(backend, "Asia/Tokyo");
  const zoned = await create({ title: "Zoned", due: { date: "2026-03-29", time: "02:30", timeZone: "Europe/Berlin" } });
  expect(zoned.dueAt).toBe("2026-03-29T01:30:00.000Z");
  const floating = await create({ title: "Floating", due: { date: "2026-03-29", time: "09:00" } });
  expect(floating.dueAt).toBe("2026-03-29T00:00:00.000Z");
  expect((await create({ title: "All day", due: { date: "2026-03-29" } })).dueAt).toBeNull();
  await call("PATCH", "/me", { timeZone: "Europe/Berlin" });
  const moved = Task.parse((await call("GET", `/tasks/${floating.id}`)).body);
  expect(moved.dueAt).toBe("2026-03-29T07:00:00.000Z");
  expect(moved.version).toBeGreaterThan(floating.version);
});

test("undo restores what has not changed since, and undoing the undo redoes", async () => {
  const { create, call, get, history } = await newClient(backend);
  const task = await create({ title: "One", priority: "low" });
  await call("PATCH", `/tasks/${task.id}`, { title: "Two", priority: "high" });
  const edit = (await history(task.id))[0]!;
  expect((await call("POST", `/events/${edit.id}/undo`)).body).toMatchObject({ title: "One", priority: "low" });
  const undone = (await history(task.id))[0]!;
  expect((await call("POST", `/events/${undone.id}/undo`)).body).toMatchObject({ title: "Two", priority: "high" });
  await call("PATCH", `/tasks/${task.id}`, { title: "Three" });
  expect((await call("POST", `/events/${edit.id}/undo`)).body).toMatchObject({ status: 409, code: "changed_since" });
  await call("POST", `/tasks/${task.id}/complete`);
  await call("POST", `/events/${(await history(task.id))[0]!.id}/undo`);
  expect((await get(task.id)).status).toBe("open");
  await call("DELETE", `/tasks/${task.id}`);
  await call("POST", `/events/${(await history(task.id))[0]!.id}/undo`);
  expect((await get(task.id)).status).toBe("open");
});

test("an edit with a stale If-Match is refused", async () => {
  const { create, call } = await newClient(backend);
  const task = await create({ title: "One" });
  const answer = await call("PATCH", `/tasks/${task.id}`, { title: "Two" }, { "if-match": 'W/"1"' });
  expect([answer.status, answer.headers.etag]).toEqual([200, '"2"']);
  expect((await call("PATCH", `/tasks/${task.id}`, { title: "Three" }, { "if-match": '"1"' })).status).toBe(412);
  expect((await call("DELETE", `/tasks/${task.id}`, undefined, { "if-match": '"1"' })).status).toBe(412);
});

test("ids of others look like ids of nobody, in the body too", async () => {
  const [ada, bob] = [await newClient(backend), await newClient(backend)];
  const project = (await ada.call("POST", "/projects", { name: "Ada's" })).body;
  const label = (await ada.call("POST", "/labels", { name: "ada" })).body;
  const task = await bob.create({ title: "Mine" });
  for (const id of [project.id, label.id, uuidv7()]) {
    expect((await bob.call("POST", "/tasks", { title: "x", projectId: id })).status).toBe(404);
    expect((await bob.call("POST", "/tasks", { title: "x", labelIds: [id] })).status).toBe(404);
    expect((await bob.call("POST", "/tasks", { title: "x", parentId: id })).status).toBe(404);
    expect((await bob.call("PATCH", `/tasks/${task.id}`, { projectId: id })).status).toBe(404);
    expect((await bob.call("PATCH", `/tasks/${task.id}`, { labelIds: [id] })).status).toBe(404);
    expect((await bob.call("GET", `/tasks?projectId=${id}`)).status).toBe(404);
    expect((await bob.call("GET", `/tasks?labelId=${id}`)).status).toBe(404);
  }
});

test("sending the same reminders again changes nothing", async () => {
  const { create, call } = await newClient(backend);
  const reminders = [
    { before: "PT10M" },
    { before: "PT10M" },
    { at: { date: "2030-01-01", time: "08:00", timeZone: null } },
  ];
  const task = await create({ title: "One", due: morning, reminders });
  const same = await call("PATCH", `/tasks/${task.id}`, { reminders });
  expect(same.body).toEqual(task);
  const fewer = await call("PATCH", `/tasks/${task.id}`, { reminders: reminders.slice(1) });
  expect(fewer.body.reminders).toEqual([task.reminders[0], task.reminders[2]]);
});

test("two reminders may not share an id", async () => {
  const { call } = await newClient(backend);
  const id = uuidv7();
  const reminders = [
    { id, before: "PT10M" },
    { id, before: "PT20M" },
  ];
  expect((await call("POST", "/tasks", { title: "One", due: morning, reminders })).status).toBe(400);
});

test("a quick add that is sent again is the same task, even when the line has come to mean another", async () => {
  const { call, list } = await newClient(backend);
  const line = { id: uuidv7(), text: "Dig #Garden" };
  const made = await call("POST", "/quick-add", line);
  expect([made.status, made.body.task.title]).toEqual([201, "Dig #Garden"]);
  await call("POST", "/projects", { name: "Garden" });
  const again = await call("POST", "/quick-add", line);
  expect([again.status, again.body.task]).toEqual([200, made.body.task]);
  expect((await call("POST", "/quick-add", { ...line, text: "Dig" })).status).toBe(409);
  expect((await list()).items).toHaveLength(1);
});
