import { CompletedTask, ReopenedTask, Task, taskEvents } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { client } from "./support/client.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

const newClient = async (timeZone = "Europe/Berlin") => client(backend, await backend.signUp({ timeZone }));

const daily = { rrule: "FREQ=DAILY", from: "due" };
const morning = { date: "2026-11-20", time: "09:00", timeZone: "Europe/Berlin" };

/** What recurring-task-service does with the event of a closed occurrence. */
async function makeNext(taskId: string) {
  const { rows } = await backend.pool.query<{
    payload: { data: { task: Task; series: { id: string; version: number }; nextDue: unknown } };
  }>(
    "select payload from outbox where payload ->> 'subject' = $1 and payload -> 'data' ? 'nextDue' order by seq desc limit 1",
    [taskId],
  );
  const { task, series, nextDue } = rows[0]!.payload.data;
  const answer = await backend.inject({
    method: "POST",
    url: "/api/internal/occurrences",
    headers: { "dapr-api-token": backend.context.config.appApiToken, "dapr-caller-app-id": "recurring-task-service" },
    payload: {
      seriesId: series.id,
      occurrence: nextDue as object,
      occurrenceNumber: (task.occurrenceNumber ?? 0) + 1,
      predecessorId: taskId,
      predecessorVersion: task.version,
      seriesVersion: series.version,
    },
  });
  return { status: answer.statusCode, body: answer.json() };
}

test("a task needs only a title and lands in the inbox, with its event and outbox row", async () => {
  const { create, get } = await newClient();
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

test("every task event parses as its contract", async () => {
  const { create, call } = await newClient();
  const task = await create({
    title: "Water plants",
    due: morning,
    recurrence: daily,
    reminders: [{ before: "PT10M" }],
  });
  await call("PATCH", `/tasks/${task.id}`, { title: "Water all plants" });
  await call("POST", `/tasks/${task.id}/complete`);
  await makeNext(task.id);
  await call("POST", `/tasks/${task.id}/reopen`);
  await call("POST", `/tasks/${task.id}/skip`);
  await makeNext(task.id);
  await call("DELETE", `/tasks/${task.id}`);
  await call("POST", `/tasks/${task.id}/restore`);
  const { rows } = await backend.pool.query(
    "select payload from outbox where payload #>> '{data,task,seriesId}' = $1 order by seq",
    [task.seriesId],
  );
  for (const { payload } of rows) taskEvents.find(({ type }) => type === payload.type)?.envelope.parse(payload);
  expect(rows.map(({ payload }) => payload.type)).toEqual([
    "task.created.v1",
    "task.updated.v1",
    "task.completed.v1",
    "task.created.v1",
    "task.reopened.v1",
    "task.withdrawn.v1",
    "task.skipped.v1",
    "task.revived.v1",
    "task.deleted.v1",
    "task.restored.v1",
  ]);
});

test("a client's id makes a creation safe to repeat, and belongs to one account", async () => {
  const [ada, bob] = [await newClient(), await newClient()];
  const body = { id: uuidv7(), title: "Once" };
  expect((await ada.call("POST", "/tasks", body)).status).toBe(201);
  expect((await ada.call("POST", "/tasks", body)).status).toBe(200);
  expect((await ada.call("POST", "/tasks", { ...body, title: "Twice" })).status).toBe(409);
  expect((await bob.call("POST", "/tasks", body)).status).toBe(409);
  expect((await ada.list()).items).toHaveLength(1);
});

test("twenty requests at once with one id make one task", async () => {
  const { call, list } = await newClient();
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
  const { call, list } = await newClient();
  const key = { "idempotency-key": uuidv7() };
  const first = await call("POST", "/tasks", { title: "Key" }, key);
  const second = await call("POST", "/tasks", { title: "Key" }, key);
  expect(second.body).toEqual(first.body);
  expect((await list()).items).toHaveLength(1);
});

test("dueAt follows the zone; floating dues mean the account's", async () => {
  const { create, call } = await newClient("Asia/Tokyo");
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

test("completing is idempotent and tells when a recurring task comes back", async () => {
  const { create, call, list } = await newClient();
  const task = await create({
    title: "Daily",
    due: morning,
    recurrence: daily,
    labelIds: [],
    reminders: [{ before: "PT10M" }],
  });
  const first = CompletedTask.parse((await call("POST", `/tasks/${task.id}/complete`)).body);
  const second = CompletedTask.parse((await call("POST", `/tasks/${task.id}/complete`)).body);
  expect(second).toEqual(first);
  expect(first.nextDue).not.toBeNull();
  expect(await makeNext(task.id)).toMatchObject({ status: 201 });
  expect(await makeNext(task.id)).toMatchObject({ status: 200 });
  const { items } = await list();
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ title: "Daily", due: first.nextDue, seriesId: task.seriesId, occurrenceNumber: 2 });
  expect(items[0]!.reminders).toEqual(task.reminders);
});

test("ten completions at once complete once", async () => {
  const { create, call, history } = await newClient();
  const task = await create({ title: "Race", due: morning, recurrence: daily });
  const answers = await Promise.all(Array.from({ length: 10 }, () => call("POST", `/tasks/${task.id}/complete`)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body.nextDue)}`)).size).toBe(1);
  expect((await history(task.id)).filter(({ type }) => type === "task.completed.v1")).toHaveLength(1);
});

test("reopening withdraws an untouched successor, completing again revives it", async () => {
  const { create, call, list, get } = await newClient();
  const task = await create({ title: "Daily", due: morning, recurrence: daily });
  await call("POST", `/tasks/${task.id}/complete`);
  const { body } = await makeNext(task.id);
  expect(ReopenedTask.parse((await call("POST", `/tasks/${task.id}/reopen`)).body).keptSuccessor).toBeNull();
  expect((await call("GET", `/tasks/${body.taskId}`)).status).toBe(404);
  expect((await list("status=all")).items.map(({ id }) => id)).toEqual([task.id]);
  expect((await makeNext(task.id)).status).toBe(409);
  await call("POST", `/tasks/${task.id}/complete`);
  expect((await makeNext(task.id)).body.taskId).toBe(body.taskId);
  expect((await get(body.taskId)).status).toBe("open");
});

test("an edited successor stays when its predecessor is reopened", async () => {
  const { create, call, get } = await newClient();
  const task = await create({ title: "Daily", due: morning, recurrence: daily });
  await call("POST", `/tasks/${task.id}/complete`);
  const { body } = await makeNext(task.id);
  await call("PATCH", `/tasks/${body.taskId}`, { notes: "mine" });
  expect((await call("POST", `/tasks/${task.id}/reopen`)).body.keptSuccessor).toBe(body.taskId);
  expect((await get(body.taskId)).notes).toBe("mine");
  await call("POST", `/tasks/${task.id}/complete`);
  expect(await makeNext(task.id)).toMatchObject({ status: 200, body: { taskId: body.taskId } });
});

test("an edit of this occurrence is not handed on, one of later ones is", async () => {
  const { create, call, get } = await newClient();
  const task = await create({ title: "Original", notes: "old", due: morning, recurrence: daily });
  await call("PATCH", `/tasks/${task.id}?scope=this`, { title: "Just today" });
  await call("PATCH", `/tasks/${task.id}`, { notes: "new" });
  await call("POST", `/tasks/${task.id}/complete`);
  const next = await get((await makeNext(task.id)).body.taskId);
  expect(next).toMatchObject({ title: "Original", notes: "new" });
});

test("an edit of later ones reaches an occurrence in the trash, too", async () => {
  const { create, call, get } = await newClient();
  const task = await create({ title: "Daily", due: morning, recurrence: daily });
  await call("POST", `/tasks/${task.id}/complete`);
  const next = (await makeNext(task.id)).body.taskId;
  await call("DELETE", `/tasks/${next}`);
  await call("PATCH", `/tasks/${task.id}`, { notes: "new" });
  await call("POST", `/tasks/${next}/restore`);
  expect((await get(next)).notes).toBe("new");
});

test("moving the due moves one occurrence; changing it for later ones re-anchors the series", async () => {
  const { create, call, get } = await newClient();
  const future = { date: "2030-01-07", time: "09:00", timeZone: "Europe/Berlin" };
  const task = await create({ title: "Daily", due: future, recurrence: daily });
  await call("PATCH", `/tasks/${task.id}`, { due: { ...future, time: "11:00" } });
  expect(await get(task.id)).toMatchObject({ due: { time: "11:00" }, occurrence: { time: "09:00" } });
  expect((await call("POST", `/tasks/${task.id}/complete`)).body.nextDue).toEqual({ ...future, date: "2030-01-08" });
  const second = (await makeNext(task.id)).body.taskId;
  await call("PATCH", `/tasks/${second}?scope=later`, {
    due: { date: "2030-01-10", time: "12:00", timeZone: "Europe/Berlin" },
  });
  expect((await call("POST", `/tasks/${second}/complete`)).body.nextDue).toMatchObject({
    date: "2030-01-11",
    time: "12:00",
  });
});

test("deleting one occurrence lets the next come; deleting all ends the series; restoring brings it back", async () => {
  const { create, call, list, get } = await newClient();
  const task = await create({ title: "Daily", due: morning, recurrence: daily });
  expect((await call("DELETE", `/tasks/${task.id}`)).status).toBe(204);
  const next = (await makeNext(task.id)).body.taskId;
  expect((await call("DELETE", `/tasks/${next}?scope=all`)).status).toBe(204);
  expect((await list()).items).toEqual([]);
  expect((await makeNext(task.id)).status).toBe(409);
  expect((await list("status=trashed")).items).toHaveLength(2);
  await call("POST", `/tasks/${next}/restore`);
  expect((await get(next)).status).toBe("open");
  expect((await call("POST", `/tasks/${next}/complete`)).body.nextDue).not.toBeNull();
});

test("undo restores what has not changed since, and undoing the undo redoes", async () => {
  const { create, call, get, history } = await newClient();
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

test("what was undone together is redone together", async () => {
  const { create, call, list, history } = await newClient();
  const task = await create({ title: "One", due: morning, recurrence: { rrule: "FREQ=DAILY" } });
  await call("POST", `/tasks/${task.id}/complete`);
  const next = (await makeNext(task.id)).body.taskId;
  const undoLast = async () => call("POST", `/events/${(await history(next))[0]!.id}/undo`);
  const states = async () => (await list("status=all")).items.map(({ title, status }) => `${title} ${status}`).sort();

  await call("PATCH", `/tasks/${task.id}?scope=all`, { title: "Two" });
  await undoLast();
  expect(await states()).toEqual(["One done", "One open"]);
  await undoLast();
  expect(await states()).toEqual(["Two done", "Two open"]);

  await call("DELETE", `/tasks/${task.id}?scope=all`);
  await undoLast();
  expect(await states()).toEqual(["Two done", "Two open"]);
  await undoLast();
  expect(await states()).toEqual(["Two trashed", "Two trashed"]);
  const { rows } = await backend.pool.query("select is_alive from series where id = $1", [task.seriesId]);
  expect(rows).toEqual([{ is_alive: false }]);
});

test("an edit with a stale If-Match is refused", async () => {
  const { create, call } = await newClient();
  const task = await create({ title: "One" });
  const answer = await call("PATCH", `/tasks/${task.id}`, { title: "Two" }, { "if-match": 'W/"1"' });
  expect([answer.status, answer.headers.etag]).toEqual([200, '"2"']);
  expect((await call("PATCH", `/tasks/${task.id}`, { title: "Three" }, { "if-match": '"1"' })).status).toBe(412);
  expect((await call("DELETE", `/tasks/${task.id}`, undefined, { "if-match": '"1"' })).status).toBe(412);
});

test("ids of others look like ids of nobody, in the body too", async () => {
  const [ada, bob] = [await newClient(), await newClient()];
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
  const { create, call } = await newClient();
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
  const { call } = await newClient();
  const id = uuidv7();
  const reminders = [
    { id, before: "PT10M" },
    { id, before: "PT20M" },
  ];
  expect((await call("POST", "/tasks", { title: "One", due: morning, reminders })).status).toBe(400);
});

test("a quick add that is sent again is the same task, even when the line has come to mean another", async () => {
  const { call, list } = await newClient();
  const line = { id: uuidv7(), text: "Dig #Garden" };
  const made = await call("POST", "/quick-add", line);
  expect([made.status, made.body.task.title]).toEqual([201, "Dig #Garden"]);
  await call("POST", "/projects", { name: "Garden" });
  const again = await call("POST", "/quick-add", line);
  expect([again.status, again.body.task]).toEqual([200, made.body.task]);
  expect((await call("POST", "/quick-add", { ...line, text: "Dig" })).status).toBe(409);
  expect((await list()).items).toHaveLength(1);
});
