import { type Notification, type NotificationPage, taskCreated } from "@tend/contracts";
import { cloudEvent, deliver, deliverBulk, newId, newTask } from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { actor, ago, reminder, reminders, type Started, startNotification, tasks } from "./start.ts";

const created = (accountId: string) =>
  cloudEvent(taskCreated, {
    accountId,
    actor,
    at: ago(0),
    task: newTask({ title: "Buy milk" }),
    changes: {},
    series: null,
  });

let started: Started;
beforeAll(async () => {
  started = await startNotification();
});
afterAll(() => started?.close());
beforeEach(() => started.reset());

describe("preferences", () => {
  it("start as documented, are merged, and decide who is told what", async () => {
    const account = newId();
    const path = `/api/preferences?accountId=${account}`;
    expect((await started.ask("GET", path)).body).toEqual({
      "reminder.due": { "in-app": true, email: true },
      "task.created": { "in-app": false, email: false },
    });
    await deliver(started.app, tasks, created(account));
    expect((await started.list(account)).items).toEqual([]);
    await started.ask("PATCH", path, { "reminder.due": { email: false } });
    expect((await started.ask("PATCH", path, { "task.created": { email: true } })).body).toEqual({
      "reminder.due": { "in-app": true, email: false },
      "task.created": { "in-app": false, email: true },
    });
    expect((await started.ask("PATCH", path, { "task.created": { sms: true } })).status).toBe(400);
    await deliver(started.app, tasks, created(account));
    await started.settled(account, "sent");
    expect(started.mailsTo(account)[0]?.headers.subject).toBe("New task: Buy milk");
    await deliver(started.app, reminders, reminder(account));
    const { items, unread } = await started.list(account);
    expect(items.map(({ kind, deliveries }) => [kind, deliveries.map(({ channel }) => channel)])).toEqual([
      ["reminder.due", ["in-app"]],
      ["task.created", ["email"]],
    ]);
    expect(unread).toBe(1);
  });
});

describe("the list of notifications", () => {
  it("goes page by page without doubles, newest first, by task too", async () => {
    const account = newId();
    const events = Array.from({ length: 7 }, () => reminder(account));
    await deliverBulk(started.app, reminders, events);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: z.infer<typeof NotificationPage> = await started.list(
        account,
        `&limit=3${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
    expect((await started.list(account, `&taskId=${events[0]!.data.taskId}`)).items).toHaveLength(1);
    expect((await started.ask("GET", `/api/notifications?accountId=${account}&cursor=nonsense`)).status).toBe(400);
  });

  it("marks as read, once and for all, only the account's own", async () => {
    const account = newId();
    await deliverBulk(started.app, reminders, [reminder(account), reminder(account)]);
    const [first] = (await started.list(account)).items;
    const path = `/api/notifications/${first!.id}/read?accountId=`;
    expect((await started.ask("POST", path + newId())).status).toBe(404);
    const read = await started.ask<Notification>("POST", path + account);
    expect(read.body.readAt).not.toBeNull();
    expect((await started.ask<Notification>("POST", path + account)).body.readAt).toBe(read.body.readAt);
    expect((await started.list(account)).unread).toBe(1);
    expect((await started.ask("POST", `/api/notifications/read-all?accountId=${account}`)).status).toBe(204);
    expect((await started.list(account)).unread).toBe(0);
    expect((await started.app.request("POST", path + account, { from: "todo-frontend" })).status).toBe(403);
  });
});

describe("the daily tick", () => {
  it("forgets what is 90 days old", async () => {
    const account = newId();
    await deliverBulk(started.app, reminders, [reminder(account), reminder(account)]);
    await started.settled(account, "sent");
    const [old] = (await started.list(account)).items;
    await started.database.pool.query(
      "update notifications set created_at = now() - interval '91 days' where id = $1",
      [old!.id],
    );
    for (let tick = 0; tick < 2; tick++)
      expect((await started.app.request("POST", "/api/jobs/daily-cleanup")).status).toBe(200);
    expect((await started.list(account)).items.map(({ id }) => id)).not.toContain(old!.id);
    expect((await started.list(account)).items).toHaveLength(1);
  });
});
