import {
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
  cloudEvent,
  createTestDatabase,
  deliver,
  deliverBulk,
  newId,
  newSeries,
  newTask,
  startFakeSidecar,
  startForTest,
} from "@tend/service-kit/testing";
import { expect } from "vitest";
import type { z } from "zod";
import { service } from "../src/service.ts";

const route = "/events/task-events";
export const at = "2026-11-20T10:00:00.000Z";
const actor = { kind: "user" as const, id: newId() };

export type Started = Awaited<ReturnType<typeof startRecurring>>;

/** The real service with a database of its own, and a fake backend behind a fake sidecar. */
export async function startRecurring() {
  const database = await createTestDatabase("recurring", service.migrations);
  const sidecar = await startFakeSidecar({
    "postgres-credentials-recurring-task-service": database.connectionString,
  });
  const app = await startForTest(service, sidecar);
  return {
    sidecar,
    request: app.request,
    deliver: (event: object) => deliver(app, route, event),
    deliverBulk: (events: object[]) => deliverBulk(app, route, events),
    /** What the backend was asked to make. */
    asked: () =>
      sidecar.invocations
        .filter(({ path }) => path === "/api/internal/occurrences")
        .map(({ body }) => body as NewOccurrence),
    async schedule(seriesId: string, accountId: string) {
      const path = `/api/recurring/${seriesId}?accountId=${accountId}`;
      const { status, body } = await app.request("GET", path, { from: "todo-backend" });
      expect(status).toBe(200);
      return body as z.infer<typeof Schedule>;
    },
    reset() {
      sidecar.invocations.length = 0;
      sidecar.answer = () => ({ status: 201, body: { taskId: newId() } });
    },
    async close() {
      await app.running.close();
      await sidecar.close();
      await database.drop();
    },
  };
}

/** The events of one occurrence of a daily series. */
export function occurrenceOf(accountId: string, over: Partial<SeriesSnapshot> = {}) {
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

export const statesOf = ({ items }: z.infer<typeof Schedule>) =>
  items.map(({ occurrence, state }) => `${occurrence.date} ${state}`);
