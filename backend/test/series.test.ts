import { CompletedTask, ReopenedTask, SeriesStatePage, type Task, taskEvents, taskUpdated } from "@tend/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { newClient } from "./support/client.ts";
import { daily, morning } from "./support/every-morning.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

/** What recurring-task-service does with the event of a closed occurrence. */
async function makeNext(taskId: string) {
  const { rows } = await backend.pool.query<{
    payload: { data: { task: Task; series: { id: string; version: number }; nextDue: unknown } };
  }>(
    `select payload from outbox where payload ->> 'subject' = $1 and payload #> '{data,task,nextDue}' <> 'null'
     order by seq desc limit 1`,
    [taskId],
  );
  const { task, series, nextDue = task.nextDue } = rows[0]!.payload.data;
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

test("every task event parses as its contract", async () => {
  const { create, call } = await newClient(backend);
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

test("completing is idempotent and tells when a recurring task comes back", async () => {
  const { create, call, list } = await newClient(backend);
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

test("a rule made longer after its last occurrence was done tells what follows, and that can be made", async () => {
  const { create, call, get } = await newClient(backend);
  const due = { ...morning, date: "2030-01-07" };
  const task = await create({ title: "Course", due, recurrence: { rrule: "FREQ=DAILY;COUNT=1", from: "due" } });
  expect((await call("POST", `/tasks/${task.id}/complete`)).body.nextDue).toBeNull();
  await call("PATCH", `/tasks/${task.id}`, { recurrence: { rrule: "FREQ=DAILY;COUNT=3", from: "due" } });
  const { rows } = await backend.pool.query(
    "select payload from outbox where payload ->> 'subject' = $1 order by seq desc limit 1",
    [task.id],
  );
  const { data } = taskUpdated.envelope.parse(rows[0].payload);
  expect([data.task.status, data.task.nextDue, "recurrence" in data.changes]).toEqual([
    "done",
    { ...due, date: "2030-01-08" },
    true,
  ]);
  expect(data.task.completedAt).not.toBeNull();
  const made = await makeNext(task.id);
  expect(made.status).toBe(201);
  expect(await get(made.body.taskId)).toMatchObject({ due: { date: "2030-01-08" }, occurrenceNumber: 2 });
});

test("the sweep is told what was promised when the occurrence was closed", async () => {
  const { create, call } = await newClient(backend);
  const due = { date: "2030-01-07", time: null, timeZone: null };
  const task = await create({ title: "Floating", due, recurrence: daily });
  const { nextDue } = (await call("POST", `/tasks/${task.id}/complete`)).body;
  await call("PATCH", "/me", { timeZone: "Pacific/Kiritimati" });
  const answer = await backend.inject({
    url: "/api/internal/series?limit=500",
    headers: { "dapr-api-token": backend.context.config.appApiToken, "dapr-caller-app-id": "recurring-task-service" },
  });
  const { items } = SeriesStatePage.parse(answer.json());
  expect(items.find(({ series }) => series.id === task.seriesId)).toMatchObject({
    series: { zone: "Pacific/Kiritimati" },
    latest: { taskId: task.id, status: "done", nextDue },
  });
});

test("ten completions at once complete once", async () => {
  const { create, call, history } = await newClient(backend);
  const task = await create({ title: "Race", due: morning, recurrence: daily });
  const answers = await Promise.all(Array.from({ length: 10 }, () => call("POST", `/tasks/${task.id}/complete`)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body.nextDue)}`)).size).toBe(1);
  expect((await history(task.id)).filter(({ type }) => type === "task.completed.v1")).toHaveLength(1);
});

test("reopening withdraws an untouched successor, completing again revives it", async () => {
  const { create, call, list, get } = await newClient(backend);
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
  const { create, call, get } = await newClient(backend);
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
  const { create, call, get } = await newClient(backend);
  const task = await create({ title: "Original", notes: "old", due: morning, recurrence: daily });
  await call("PATCH", `/tasks/${task.id}?scope=this`, { title: "Just today" });
  await call("PATCH", `/tasks/${task.id}`, { notes: "new" });
  await call("POST", `/tasks/${task.id}/complete`);
  const next = await get((await makeNext(task.id)).body.taskId);
  expect(next).toMatchObject({ title: "Original", notes: "new" });
});

test("an edit of later ones reaches an occurrence in the trash, too", async () => {
  const { create, call, get } = await newClient(backend);
  const task = await create({ title: "Daily", due: morning, recurrence: daily });
  await call("POST", `/tasks/${task.id}/complete`);
  const next = (await makeNext(task.id)).body.taskId;
  await call("DELETE", `/tasks/${next}`);
  await call("PATCH", `/tasks/${task.id}`, { notes: "new" });
  await call("POST", `/tasks/${next}/restore`);
  expect((await get(next)).notes).toBe("new");
});

test("moving the due moves one occurrence; changing it for later ones re-anchors the series", async () => {
  const { create, call, get } = await newClient(backend);
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
  const { create, call, list, get } = await newClient(backend);
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

test("what was undone together is redone together", async () => {
  const { create, call, list, history } = await newClient(backend);
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
