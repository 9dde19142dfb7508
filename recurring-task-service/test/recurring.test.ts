import {
  type Due,
  type NewOccurrence,
  type Schedule,
  type SeriesSnapshot,
  taskCompleted,
  taskCreated,
  taskDeleted,
  taskReopened,
  taskSkipped,
  taskUpdated,
  taskWithdrawn,
} from "@tend/contracts";
import {
  type Caller,
  cloudEvent,
  createTestDatabase,
  deliver,
  deliverBulk,
  type FakeSidecar,
  newId,
  newSeries,
  newTask,
  startFakeSidecar,
  startForTest,
  type TestDatabase,
  until,
} from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { service } from "../src/service.ts";

let database: TestDatabase;
let sidecar: FakeSidecar;
let recurring: Caller & { running: { close(): Promise<void> } };
beforeAll(async () => {
  database = await createTestDatabase("recurring", service.migrations);
  sidecar = await startFakeSidecar({ "postgres-credentials-recurring-task-service": database.connectionString });
  recurring = await startForTest(service, sidecar);
});
afterAll(async () => {
  await recurring?.running.close();
  await sidecar?.close();
  await database?.drop();
});
beforeEach(() => {
  sidecar.invocations.length = 0;
  sidecar.answer = () => ({ status: 201, body: { taskId: newId() } });
});

const route = "/events/task-events";
const at = "2026-11-20T10:00:00.000Z";
const actor = { kind: "user" as const, id: newId() };

/** The events of one occurrence of a daily series. */
function occurrenceOf(accountId: string, over: Partial<SeriesSnapshot> = {}) {
  const series = newSeries(over);
  const task = newTask({
    seriesId: series.id,
    due: series.due,
    occurrence: series.occurrence,
    occurrenceNumber: series.occurrenceNumber,
  });
  const data = (version: number, status: "open" | "done" | "skipped" | "trashed" | "withdrawn", more: object = {}) => {
    const { task: moreTask, series: moreSeries, ...rest } = { task: {}, series: {}, ...more };
    return {
      accountId,
      actor,
      at,
      task: { ...task, version, status, ...moreTask },
      changes: {},
      series: { ...series, ...moreSeries },
      ...rest,
    };
  };
  const closing = { completedAt: at, nextDue: { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" } };
  return {
    series,
    task,
    created: cloudEvent(taskCreated, data(1, "open")),
    completed: (version = 2, more: object = {}) =>
      cloudEvent(taskCompleted, { ...data(version, "done"), ...closing, ...more }),
    skipped: (version = 2) => cloudEvent(taskSkipped, { ...data(version, "skipped"), ...closing }),
    deleted: (scope: "this" | "all", more: object = {}) =>
      cloudEvent(taskDeleted, { ...data(2, "trashed"), ...closing, scope, ...more }),
    reopened: (version = 3) => cloudEvent(taskReopened, data(version, "open")),
    withdrawn: (version = 2) => cloudEvent(taskWithdrawn, data(version, "withdrawn")),
    updated: (version: number, more: object) => cloudEvent(taskUpdated, data(version, "open", more)),
    updatedWhenDone: (version: number, more: object) => cloudEvent(taskUpdated, data(version, "done", more)),
  };
}

async function schedule(seriesId: string, accountId: string): Promise<z.infer<typeof Schedule>> {
  const { status, body } = await recurring.request("GET", `/api/recurring/${seriesId}?accountId=${accountId}`, {
    from: "todo-backend",
  });
  expect(status).toBe(200);
  return body as z.infer<typeof Schedule>;
}
const asked = () =>
  sidecar.invocations
    .filter(({ path }) => path === "/api/internal/occurrences")
    .map(({ body }) => body as NewOccurrence);
const statesOf = ({ items }: z.infer<typeof Schedule>) =>
  items.map(({ occurrence, state }) => `${occurrence.date} ${state}`);

describe("completing an occurrence", () => {
  it("asks once for the next one, however often the event comes", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    const completed = one.completed();
    for (let time = 0; time < 2; time++)
      expect((await deliver(recurring, route, completed)).body).toEqual({ status: "SUCCESS" });
    expect(asked()).toEqual([
      {
        seriesId: one.series.id,
        occurrence: { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" },
        occurrenceNumber: 2,
        predecessorId: one.task.id,
        predecessorVersion: 2,
        seriesVersion: 1,
      },
    ]);
    expect(sidecar.invocations[0]).toMatchObject({ appId: "todo-backend", method: "POST" });
    expect(statesOf(await schedule(one.series.id, account))).toEqual(["2026-11-20 done"]);
  });

  it("keeps those passed over as missed, at most 100 of them, and counts all", async () => {
    const account = newId();
    const due = { date: "2026-06-01", time: "09:00", timeZone: "Europe/Berlin" };
    const one = occurrenceOf(account, { anchor: due, occurrence: due, due });
    await deliver(recurring, route, one.completed());
    const { counts, items } = await schedule(one.series.id, account);
    expect(asked()[0]).toMatchObject({ occurrence: { date: "2026-11-21" }, occurrenceNumber: 174 });
    expect([counts, items.length]).toEqual([{ done: 1, skipped: 0, missed: 172 }, 101]);
    expect(items.find(({ occurrence }) => occurrence.date === "2026-06-02")).toMatchObject({
      state: "missed",
      occurrenceNumber: 2,
      taskId: null,
    });
    await deliver(recurring, route, one.reopened());
    const reopened = await schedule(one.series.id, account);
    expect([reopened.counts, statesOf(reopened)]).toEqual([{ done: 0, skipped: 0, missed: 0 }, ["2026-06-01 open"]]);
  });

  it("is acknowledged when the backend has moved on", async () => {
    const account = newId();
    sidecar.answer = () => ({ status: 409, body: { code: "superseded" } });
    const one = occurrenceOf(account);
    expect((await deliver(recurring, route, one.completed())).body).toEqual({ status: "SUCCESS" });
    expect((await schedule(one.series.id, account)).counts.done).toBe(1);
  });

  it("is tried again when the backend fails, and given up when it refuses", async () => {
    const one = occurrenceOf(newId());
    const completed = one.completed();
    sidecar.answer = () => ({ status: 503 });
    expect((await deliver(recurring, route, completed)).status).toBe(500);
    sidecar.answer = () => ({ status: 201, body: { taskId: newId() } });
    expect((await deliver(recurring, route, completed)).body).toEqual({ status: "SUCCESS" });
    sidecar.answer = () => ({ status: 422 });
    expect((await deliver(recurring, route, occurrenceOf(newId()).completed())).body).toEqual({ status: "DROP" });
  });

  it("asks for nothing when nothing follows", async () => {
    const account = newId();
    const ended = occurrenceOf(account, { recurrence: { rrule: "FREQ=DAILY;COUNT=1", from: "due" } });
    const plain = cloudEvent(taskCompleted, {
      ...ended.completed().data,
      task: newTask({ status: "done" }),
      series: null,
      nextDue: null,
    });
    const bodies = [
      ended.completed(),
      occurrenceOf(account).deleted("all"),
      occurrenceOf(account).deleted("this", { nextDue: null }),
      plain,
    ];
    for (const event of bodies) expect((await deliver(recurring, route, event)).body).toEqual({ status: "SUCCESS" });
    expect(asked()).toEqual([]);
  });

  it("asks after skipping and after deleting this one too", async () => {
    const account = newId();
    await deliverBulk(recurring, route, [occurrenceOf(account).skipped(), occurrenceOf(account).deleted("this")]);
    expect(asked()).toHaveLength(2);
  });

  it("drops what it cannot read", async () => {
    const event = occurrenceOf(newId()).completed();
    const unreadable = { ...event, data: { ...event.data, series: { id: "none" } } };
    expect((await deliver(recurring, route, unreadable)).body).toEqual({ status: "DROP" });
  });
});

describe("the ledger", () => {
  it("ignores an older event that comes late", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    await deliver(recurring, route, one.reopened(3));
    await deliver(recurring, route, one.completed(2));
    await deliver(recurring, route, one.created);
    expect(statesOf(await schedule(one.series.id, account))).toEqual(["2026-11-20 open"]);
  });

  it("knows moved and withdrawn ones, and what is next", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    const due = { date: "2026-11-25", time: "12:00", timeZone: "Europe/Berlin" };
    await deliverBulk(recurring, route, [one.created, one.updated(2, { task: { due }, series: { due } })]);
    const moved = await schedule(one.series.id, account);
    expect([statesOf(moved), moved.next]).toEqual([["2026-11-20 moved"], due]);
    const other = occurrenceOf(account, {
      id: one.series.id,
      occurrence: { ...due, date: "2026-11-21" },
      occurrenceNumber: 2,
    });
    await deliverBulk(recurring, route, [other.created, other.withdrawn()]);
    expect(statesOf(await schedule(one.series.id, account))).toEqual(["2026-11-20 moved"]);
  });

  it("keeps two occurrences with the same due: counted from completion, both were closed on one day", async () => {
    const account = newId();
    const due = { date: "2026-11-27", time: null, timeZone: null };
    const rule = {
      recurrence: { rrule: "FREQ=WEEKLY", from: "completion" as const },
      anchor: due,
      occurrence: due,
      due,
    };
    const second = occurrenceOf(account, { ...rule, occurrenceNumber: 2 });
    const third = occurrenceOf(account, { ...rule, id: second.series.id, occurrenceNumber: 3 });
    await deliverBulk(recurring, route, [second.completed(), third.created]);
    const { counts, items } = await schedule(second.series.id, account);
    expect(counts.done).toBe(1);
    expect(items.map(({ occurrenceNumber, state, taskId }) => [occurrenceNumber, state, taskId])).toEqual([
      [3, "open", third.task.id],
      [2, "done", second.task.id],
    ]);
  });

  it("lets go of an occurrence that left its series", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    const { data } = one.created;
    const left = cloudEvent(taskUpdated, {
      ...data,
      task: { ...data.task, seriesId: null, version: 2 },
      series: null,
      changes: { recurrence: { from: "x", to: null } },
    });
    await deliverBulk(recurring, route, [left, one.created]);
    const { status } = await recurring.request("GET", `/api/recurring/${one.series.id}?accountId=${account}`, {
      from: "todo-backend",
    });
    expect(status).toBe(404);
  });

  it("is each account's own, and for the backend only", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    await deliver(recurring, route, one.created);
    const path = `/api/recurring/${one.series.id}?accountId=`;
    expect((await recurring.request("GET", path + newId(), { from: "todo-backend" })).status).toBe(404);
    expect((await recurring.request("GET", path + account, { from: "todo-frontend" })).status).toBe(403);
  });
});

describe("making a rule longer whose last occurrence is done", () => {
  const rules = (from: number, to: number) => ({
    from: { rrule: `FREQ=DAILY;COUNT=${from}`, from: "due" },
    to: { rrule: `FREQ=DAILY;COUNT=${to}`, from: "due" },
  });
  const nextDue = { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" };
  const recurrence = rules(1, 3);
  const longer = { changes: { recurrence }, series: { version: 2, recurrence: recurrence.to } };

  it("asks for the next one at once", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    await deliver(recurring, route, one.completed(2, { nextDue: null, series: { recurrence: recurrence.from } }));
    expect(asked()).toEqual([]);
    const extended = one.updatedWhenDone(3, { ...longer, task: { completedAt: at, nextDue } });
    for (let time = 0; time < 2; time++)
      expect((await deliver(recurring, route, extended)).body).toEqual({ status: "SUCCESS" });
    expect(asked()).toEqual([
      expect.objectContaining({
        occurrence: nextDue,
        predecessorId: one.task.id,
        predecessorVersion: 3,
        seriesVersion: 2,
      }),
    ]);
    expect(statesOf(await schedule(one.series.id, account))).toEqual(["2026-11-20 done"]);
  });

  it("asks for nothing when the rule ends all the same, or something else was edited", async () => {
    const one = occurrenceOf(newId());
    await deliver(recurring, route, one.updatedWhenDone(3, { ...longer, task: { completedAt: at, nextDue: null } }));
    const title = { changes: { title: { from: "a", to: "b" } }, task: { completedAt: at, nextDue } };
    await deliver(recurring, route, one.updatedWhenDone(4, title));
    await deliver(recurring, route, one.updated(5, longer));
    expect(asked()).toEqual([]);
  });
});

describe("the sweep", () => {
  const promised = { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" };
  const state = (
    series: SeriesSnapshot,
    status: string,
    completedAt: string | null,
    nextDue: Due | null = completedAt === null ? null : promised,
  ) => ({
    series,
    accountId: newId(),
    latest: { taskId: newId(), status, version: 4, completedAt, nextDue },
  });
  function backendHas(pages: ReturnType<typeof state>[][]) {
    sidecar.answer = ({ path, query }) => {
      if (path !== "/api/internal/series") return { status: 201, body: { taskId: newId() } };
      const index = query.get("after")
        ? pages.findIndex((page) => page.at(-1)?.series.id === query.get("after")) + 1
        : 0;
      const nextAfter = index + 1 < pages.length ? (pages[index]?.at(-1)?.series.id ?? null) : null;
      return { status: 200, body: { items: pages[index] ?? [], nextAfter } };
    };
  }

  it("continues every series whose latest occurrence is closed, page by page, and no other", async () => {
    const series = Array.from({ length: 6 }, () => newSeries());
    backendHas([
      [state(series[0]!, "done", at), state(series[1]!, "open", null)],
      [state(series[2]!, "skipped", at), state(series[3]!, "trashed", at)],
      [
        state(series[4]!, "trashed", null),
        state(newSeries({ recurrence: { rrule: "FREQ=DAILY;COUNT=1", from: "due" } }), "done", at, null),
      ],
      [state(series[5]!, "done", at)],
    ]);
    expect((await recurring.request("POST", "/api/jobs/sweep-series")).status).toBe(202);
    await recurring.request("POST", "/api/jobs/sweep-series");
    const wanted = [series[0]!.id, series[2]!.id, series[3]!.id, series[5]!.id];
    await until(() => new Set(asked().map(({ seriesId }) => seriesId)).size === wanted.length);
    expect(new Set(asked().map(({ seriesId }) => seriesId))).toEqual(new Set(wanted));
    expect(asked()[0]).toMatchObject({ predecessorVersion: 4, occurrenceNumber: 2 });
  });

  it("asks for what was promised, wherever the account has gone since", async () => {
    const floating = (date: string, time: string | null): Due => ({ date, time, timeZone: null });
    const seriesIn = (zone: string, occurrence: Due, from: "due" | "completion" = "due") =>
      newSeries({ zone, anchor: occurrence, occurrence, due: occurrence, recurrence: { rrule: "FREQ=DAILY", from } });
    // At 10:00 UTC on the 20th it is already the 21st in Kiritimati, and still 23:00 on the 19th in Pago Pago.
    const east = "Pacific/Kiritimati";
    const west = "Pacific/Pago_Pago";
    const cases: [SeriesSnapshot, Due, number][] = [
      [seriesIn(east, floating("2026-11-18", null)), floating("2026-11-20", null), 3],
      [seriesIn(west, floating("2026-11-18", null)), floating("2026-11-21", null), 4],
      [seriesIn(east, floating("2026-11-18", "09:00")), floating("2026-11-20", "09:00"), 3],
      [seriesIn(west, floating("2026-11-18", "22:00")), floating("2026-11-21", "22:00"), 4],
      [seriesIn(west, floating("2026-11-18", "09:00"), "completion"), floating("2026-11-22", "09:00"), 2],
    ];
    backendHas([cases.map(([series, nextDue]) => state(series, "done", at, nextDue))]);
    await until(
      async () => ((await recurring.request("POST", "/api/jobs/sweep-series")).body as { started: boolean }).started,
    );
    await until(() => asked().length >= cases.length);
    const wanted = new Map(asked().map((one) => [one.seriesId, [one.occurrence, one.occurrenceNumber]]));
    expect(cases.map(([{ id }]) => wanted.get(id))).toEqual(cases.map(([, due, number]) => [due, number]));
  });

  it("goes on past a series that fails, and comes from the sidecar only", async () => {
    const [broken, sound] = [newSeries(), newSeries()];
    backendHas([[state(broken, "done", at), state(sound, "done", at)]]);
    const inner = sidecar.answer;
    sidecar.answer = (call) =>
      (call.body as NewOccurrence | undefined)?.seriesId === broken.id ? { status: 500 } : inner(call);
    await until(
      async () => ((await recurring.request("POST", "/api/jobs/sweep-series")).body as { started: boolean }).started,
    );
    await until(() => asked().some(({ seriesId }) => seriesId === sound.id));
    expect((await recurring.request("POST", "/api/jobs/sweep-series", { from: "todo-backend" })).status).toBe(403);
  });
});
