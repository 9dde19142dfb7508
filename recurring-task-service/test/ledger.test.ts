import { taskUpdated } from "@tend/contracts";
import { cloudEvent, newId } from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { occurrenceOf, type Started, startRecurring, statesOf } from "./start.ts";

let recurring: Started;
beforeAll(async () => {
  recurring = await startRecurring();
});
afterAll(() => recurring?.close());
beforeEach(() => recurring.reset());

describe("the ledger", () => {
  it("ignores an older event that comes late", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    await recurring.deliver(one.reopened(3));
    await recurring.deliver(one.completed(2));
    await recurring.deliver(one.created);
    expect(statesOf(await recurring.schedule(one.series.id, account))).toEqual(["2026-11-20 open"]);
  });

  it("knows moved and withdrawn ones, and what is next", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    const due = { date: "2026-11-25", time: "12:00", timeZone: "Europe/Berlin" };
    await recurring.deliverBulk([one.created, one.updated(2, { task: { due }, series: { due } })]);
    const moved = await recurring.schedule(one.series.id, account);
    expect([statesOf(moved), moved.next]).toEqual([["2026-11-20 moved"], due]);
    const other = occurrenceOf(account, {
      id: one.series.id,
      occurrence: { ...due, date: "2026-11-21" },
      occurrenceNumber: 2,
    });
    await recurring.deliverBulk([other.created, other.withdrawn()]);
    expect(statesOf(await recurring.schedule(one.series.id, account))).toEqual(["2026-11-20 moved"]);
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
    await recurring.deliverBulk([second.completed(), third.created]);
    const { counts, items } = await recurring.schedule(second.series.id, account);
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
    await recurring.deliverBulk([left, one.created]);
    const { status } = await recurring.request("GET", `/api/recurring/${one.series.id}?accountId=${account}`, {
      from: "todo-backend",
    });
    expect(status).toBe(404);
  });

  it("is each account's own, and for the backend only", async () => {
    const account = newId();
    const one = occurrenceOf(account);
    await recurring.deliver(one.created);
    const path = `/api/recurring/${one.series.id}?accountId=`;
    expect((await recurring.request("GET", path + newId(), { from: "todo-backend" })).status).toBe(404);
    expect((await recurring.request("GET", path + account, { from: "todo-frontend" })).status).toBe(403);
  });
});
