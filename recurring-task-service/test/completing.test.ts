import { taskCompleted } from "@tend/contracts";
import { cloudEvent, newId, newTask } from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at, occurrenceOf, type Started, startRecurring, statesOf } from "./start.ts";

let recurring: Started;
beforeAll(async () => {
  recurring = await startRecurring();
});
afterAll(() => recurring?.close());
beforeEach(() => recurring.reset());

describe("completing an occurrence", () => {
  it("asks once for the next one, however often the event comes", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    const completed = one.completed();
    for (let time = 0; time < 2; time++)
      expect((await recurring.deliver(completed)).body).toEqual({ status: "SUCCESS" });
    expect(recurring.asked()).toEqual([
      {
        seriesId: one.series.id,
        occurrence: { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" },
        occurrenceNumber: 2,
        predecessorId: one.task.id,
        predecessorVersion: 2,
        seriesVersion: 1,
      },
    ]);
    expect(recurring.sidecar.invocations[0]).toMatchObject({ appId: "todo-backend", method: "POST" });
    expect(statesOf(await recurring.schedule(one.series.id, account))).toEqual(["2026-11-20 done"]);
  });

  it("keeps those passed over as missed, at most 100 of them, and counts all", async () => {
    const account = newId();
    const due = { date: "2026-06-01", time: "09:00", timeZone: "Europe/Berlin" };
    const one = occurrenceOf(account, { anchor: due, occurrence: due, due });
    await recurring.deliver(one.completed());
    const { counts, items } = await recurring.schedule(one.series.id, account);
    expect(recurring.asked()[0]).toMatchObject({ occurrence: { date: "2026-11-21" }, occurrenceNumber: 174 });
    expect([counts, items.length]).toEqual([{ done: 1, skipped: 0, missed: 172 }, 101]);
    expect(items.find(({ occurrence }) => occurrence.date === "2026-06-02")).toMatchObject({
      state: "missed",
      occurrenceNumber: 2,
      taskId: null,
    });
    await recurring.deliver(one.reopened());
    const reopened = await recurring.schedule(one.series.id, account);
    expect([reopened.counts, statesOf(reopened)]).toEqual([{ done: 0, skipped: 0, missed: 0 }, ["2026-06-01 open"]]);
  });

  it("is acknowledged when the backend has moved on", async () => {
    const account = newId();
    recurring.sidecar.answer = () => ({ status: 409, body: { code: "superseded" } });
    const one = occurrenceOf(account);
    expect((await recurring.deliver(one.completed())).body).toEqual({ status: "SUCCESS" });
    expect((await recurring.schedule(one.series.id, account)).counts.done).toBe(1);
  });

  it("is tried again when the backend fails, and given up when it refuses", async () => {
    const one = occurrenceOf(newId());
    const completed = one.completed();
    recurring.sidecar.answer = () => ({ status: 503 });
    expect((await recurring.deliver(completed)).status).toBe(500);
    recurring.sidecar.answer = () => ({ status: 201, body: { taskId: newId() } });
    expect((await recurring.deliver(completed)).body).toEqual({ status: "SUCCESS" });
    recurring.sidecar.answer = () => ({ status: 422 });
    expect((await recurring.deliver(occurrenceOf(newId()).completed())).body).toEqual({ status: "DROP" });
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
    for (const event of bodies) expect((await recurring.deliver(event)).body).toEqual({ status: "SUCCESS" });
    expect(recurring.asked()).toEqual([]);
  });

  it("asks after skipping and after deleting this one too", async () => {
    const account = newId();
    await recurring.deliverBulk([occurrenceOf(account).skipped(), occurrenceOf(account).deleted("this")]);
    expect(recurring.asked()).toHaveLength(2);
  });

  it("drops what it cannot read", async () => {
    const event = occurrenceOf(newId()).completed();
    const unreadable = { ...event, data: { ...event.data, series: { id: "none" } } };
    expect((await recurring.deliver(unreadable)).body).toEqual({ status: "DROP" });
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
    await recurring.deliver(one.completed(2, { nextDue: null, series: { recurrence: recurrence.from } }));
    expect(recurring.asked()).toEqual([]);
    const extended = one.updatedWhenDone(3, { ...longer, task: { completedAt: at, nextDue } });
    for (let time = 0; time < 2; time++)
      expect((await recurring.deliver(extended)).body).toEqual({ status: "SUCCESS" });
    expect(recurring.asked()).toEqual([
      expect.objectContaining({
        occurrence: nextDue,
        predecessorId: one.task.id,
        predecessorVersion: 3,
        seriesVersion: 2,
      }),
    ]);
    expect(statesOf(await recurring.schedule(one.series.id, account))).toEqual(["2026-11-20 done"]);
  });

  it("asks for nothing when the rule ends all the same, or something else was edited", async () => {
    const one = occurrenceOf(newId());
    await recurring.deliver(one.updatedWhenDone(3, { ...longer, task: { completedAt: at, nextDue: null } }));
    const title = { changes: { title: { from: "a", to: "b" } }, task: { completedAt: at, nextDue } };
    await recurring.deliver(one.updatedWhenDone(4, title));
    await recurring.deliver(one.updated(5, longer));
    expect(recurring.asked()).toEqual([]);
  });
});
