import type { NewOccurrence } from "@tend/contracts";
import type { Pool, QueryConfig } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rederiveAccount } from "../src/modules/reminders/rederive-account.ts";
import { makeOccurrence } from "../src/modules/series/occurrences.ts";
import { type TestApp, testApp } from "./support/app.ts";
import { client } from "./support/client.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

const rounds = 5;
const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

test("a label that is deleted while tasks are given it is on none of them", async () => {
  const { call, create, list } = client(backend, await backend.signUp());
  for (let round = 0; round < rounds; round++) {
    const label = (await call("POST", "/labels", { name: `label ${round}` })).body;
    const plain = await create({ title: "plain" });
    const [made, edited] = await Promise.all([
      times(8, () => call("POST", "/tasks", { title: "with a label", labelIds: [label.id] })),
      times(4, () => call("PATCH", `/tasks/${plain.id}`, { labelIds: [label.id] })),
      call("DELETE", `/labels/${label.id}`),
    ]);
    for (const { status } of [...made, ...edited]) expect([200, 201, 404]).toContain(status);
    const { items } = await list("limit=200");
    expect(items.filter(({ labelIds }) => labelIds.includes(label.id))).toEqual([]);
  }
});

test("a project that is deleted while tasks are put there keeps none and loses none", async () => {
  const { call, list } = client(backend, await backend.signUp());
  for (let round = 0; round < rounds; round++) {
    const project = (await call("POST", "/projects", { name: `project ${round}` })).body;
    const [made] = await Promise.all([
      times(8, (n) => call("POST", "/tasks", { title: `round ${round}, ${n}`, projectId: project.id })),
      call("DELETE", `/projects/${project.id}`),
    ]);
    for (const { status } of made) expect([201, 404]).toContain(status);
    const { items } = await list("limit=200");
    expect(items.filter(({ projectId }) => projectId === project.id)).toEqual([]);
    const kept = items.filter(({ title }) => title.startsWith(`round ${round},`));
    expect(kept).toHaveLength(made.filter(({ status }) => status === 201).length);
  }
});

test("completing and reopening at once leaves at most one open occurrence and a feed that says so", async () => {
  const { call, create } = client(backend, await backend.signUp());
  const due = { date: "2026-11-20", time: "09:00", timeZone: "Europe/Berlin" };
  const task = await create({ title: "race", due, recurrence: { rrule: "FREQ=DAILY" } });
  const verbs = ["complete", "reopen", "complete", "reopen", "skip", "reopen"];
  const answers = await Promise.all(verbs.map((verb) => call("POST", `/tasks/${task.id}/${verb}`)));
  for (const { status } of answers) expect([200, 409]).toContain(status);
  const { rows } = await backend.pool.query(
    "select version, (select count(*)::int from events where task_id = $1) as events from tasks where id = $1",
    [task.id],
  );
  expect(rows[0].version).toBe(rows[0].events);
});

/** A pool that lets `work` happen, once, just before the statement of that name. */
function interrupted(pool: Pool, name: string, work: () => Promise<unknown>): Pool {
  let isDone = false;
  return new Proxy(pool, {
    get(target, key) {
      if (key !== "query") return Reflect.get(target, key, target);
      return async (query: QueryConfig | string, values?: unknown[]) => {
        if (typeof query !== "string" && query.name === name && !isDone) {
          isDone = true;
          await work();
        }
        return target.query(query, values);
      };
    },
  });
}

test("an edit of the last occurrence that comes while the next one is made is not lost to it", async () => {
  const { call, create, get } = client(backend, await backend.signUp());
  const due = { date: "2026-11-20", time: "09:00", timeZone: "Europe/Berlin" };
  const task = await create({ title: "before", due, recurrence: { rrule: "FREQ=DAILY" } });
  const completed = (await call("POST", `/tasks/${task.id}/complete`)).body;
  const wanted: NewOccurrence = {
    seriesId: String(task.seriesId),
    occurrence: completed.nextDue,
    occurrenceNumber: 2,
    predecessorId: task.id,
    predecessorVersion: completed.task.version,
    seriesVersion: 1,
  };
  const edit = () => call("PATCH", `/tasks/${task.id}`, { title: "after" });
  const { taskId } = await makeOccurrence(interrupted(backend.pool, "occurrence-insert", edit), wanted);
  expect((await get(taskId)).title).toBe("after");
});

test("a task that is completed while its account's times are derived again gets no reminder", async () => {
  const { call, create, accountId } = client(backend, await backend.signUp());
  const due = { date: "2099-11-20", time: null, timeZone: null };
  const task = await create({ title: "done meanwhile", due, reminders: [{ before: "PT1H" }] });
  await backend.pool.query("update users set all_day_time = '10:00' where id = $1", [accountId]);
  const complete = () => call("POST", `/tasks/${task.id}/complete`);
  await rederiveAccount({ pool: interrupted(backend.pool, "rederive-write", complete) }, accountId);
  const { rows } = await backend.pool.query("select fire_at from reminders where task_id = $1", [task.id]);
  expect(rows).toEqual([{ fire_at: null }]);
});

test("a reminder of a task without a due follows its account's zone", async () => {
  const { call, create } = client(backend, await backend.signUp({ timeZone: "Europe/Berlin" }));
  const at = { date: "2099-01-20", time: "09:00", timeZone: null };
  const task = await create({ title: "no due", reminders: [{ at }] });
  await call("PATCH", "/me", { timeZone: "America/New_York" });
  const { rows } = await backend.pool.query("select fire_at from reminders where task_id = $1", [task.id]);
  expect(rows).toEqual([{ fire_at: new Date("2099-01-20T14:00:00.000Z") }]);
});
