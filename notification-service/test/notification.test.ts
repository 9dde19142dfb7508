import {
  accountUpdated,
  type Contact,
  type Notification,
  type NotificationPage,
  reminderDue,
  taskCreated,
} from "@tend/contracts";
import {
  type Caller,
  cloudEvent,
  createTestDatabase,
  deliver,
  deliverBulk,
  type FakeSidecar,
  newId,
  newTask,
  startFakeSidecar,
  startForTest,
  type TestDatabase,
  until,
} from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { service } from "../src/service.ts";
import { type MailSink, startMailSink } from "./mail-sink.ts";

let database: TestDatabase;
let sidecar: FakeSidecar;
let sink: MailSink;
let app: Caller & { running: { close(): Promise<void> } };
beforeAll(async () => {
  database = await createTestDatabase("notification", service.migrations);
  sink = await startMailSink();
  sidecar = await startFakeSidecar({
    "postgres-credentials-notification-service": database.connectionString,
    "smtp-secret": `smtp://127.0.0.1:${sink.port}`,
  });
  app = await startForTest(service, sidecar, { MAIL_FROM: "Tend <tend@example.org>" });
});
afterAll(async () => {
  await app?.running.close();
  await sidecar?.close();
  await sink?.close();
  await database?.drop();
});
let applies: boolean;
beforeEach(() => {
  sink.mails.length = 0;
  sink.answer = () => null;
  sidecar.invocations.length = 0;
  applies = true;
  sidecar.answer = ({ path }) => {
    if (path.endsWith("/contact")) return { status: 200, body: contactOf(path.split("/")[4]!) };
    if (path.startsWith("/api/internal/reminders/")) return { status: 200, body: { applies } };
    return { status: 204 };
  };
});

const contactOf = (accountId: string): Contact => ({
  accountId,
  name: "Ada",
  email: `${accountId}@example.net`,
  timeZone: "Europe/Berlin",
  locale: "en-GB",
});
const reminders = "/events/reminders";
const tasks = "/events/task-events";
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const actor = { kind: "user" as const, id: newId() };

function reminder(accountId: string, over: Partial<z.input<typeof reminderDue.data>> = {}) {
  const due = { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" };
  const base = { accountId, reminderId: newId(), taskId: newId(), fireAt: ago(1), title: "Water plants" };
  return cloudEvent(reminderDue, { ...base, due, dueAt: "2026-11-21T08:00:00.000Z", at: ago(0), ...over });
}
const created = (accountId: string) =>
  cloudEvent(taskCreated, {
    accountId,
    actor,
    at: ago(0),
    task: newTask({ title: "Buy milk" }),
    changes: {},
    series: null,
  });

const ask = async <T>(method: string, path: string, body?: unknown) =>
  (await app.request(method, path, { from: "todo-backend", ...(body === undefined ? {} : { body }) })) as {
    status: number;
    body: T;
  };
const list = async (accountId: string, query = "") =>
  (await ask<z.infer<typeof NotificationPage>>("GET", `/api/notifications?accountId=${accountId}${query}`)).body;
const deliveryOf = (notification: Notification | undefined, channel: string) =>
  notification?.deliveries.find((delivery) => delivery.channel === channel);
const settled = (accountId: string, status: string) =>
  until(async () => {
    const { rows } = await database.pool.query(
      `select d.* from deliveries d join notifications n on n.id = notification_id where account_id = $1 and channel = 'email' and status = $2`,
      [accountId, status],
    );
    return rows[0] as { id: string; error: string | null; attempts: number; provider_id: string | null } | undefined;
  });
const mailsTo = (accountId: string) => sink.mails.filter(({ to }) => to.includes(`${accountId}@example.net`));
/** Does not wait for the pause before the next attempt. */
const hurry = () =>
  database.pool.query("update _private_jobs set run_at = now() where locked_at is null and attempts > 0");

describe("a reminder that is due", () => {
  it("is in the app and in one mail, however often the event comes", async () => {
    const account = newId();
    const event = reminder(account);
    for (let time = 0; time < 2; time++)
      expect((await deliver(app, reminders, event)).body).toEqual({ status: "SUCCESS" });
    // The same reminder and moment in another event, as after a repeated claim.
    await deliverBulk(app, reminders, [
      { ...event, id: newId() },
      { ...event, id: newId() },
    ]);
    const sent = await settled(account, "sent");
    const { items, unread } = await list(account);
    expect([items.length, unread]).toEqual([1, 1]);
    expect(items[0]).toMatchObject({
      kind: "reminder.due",
      title: "Water plants",
      taskId: event.data.taskId,
      fireAt: event.data.fireAt,
      readAt: null,
    });
    expect(deliveryOf(items[0], "in-app")).toMatchObject({ status: "sent", attempts: 1, error: null });
    expect(deliveryOf(items[0], "email")).toMatchObject({
      status: "sent",
      attempts: 1,
      sentAt: expect.stringMatching(/Z$/),
    });
    const [mail, ...others] = mailsTo(account);
    expect(others).toEqual([]);
    expect(mail?.headers["message-id"]).toBe(`<${sent.id}@example.org>`);
    expect(mail?.headers.subject).toBe("Reminder: Water plants");
    expect(mail?.headers.to).toBe(`Ada <${account}@example.net>`);
    expect(mail?.raw).toMatch(/multipart\/alternative[\s\S]*text\/plain[\s\S]*text\/html/);
    expect(mail?.raw).toContain(`http://localhost:3000/tasks/${event.data.taskId}`);
    await until(() => sidecar.invocations.some(({ path }) => path === `/api/internal/users/${account}/signals`));
  });

  it("has the same Message-ID after a crash between the mail server's answer and our mark", async () => {
    const account = newId();
    await deliver(app, reminders, reminder(account));
    const { id } = await settled(account, "sent");
    await database.pool.query("update deliveries set status = 'pending' where id = $1", [id]);
    await database.pool.query(
      "select add_job('send-mail', json_build_object('data', json_build_object('deliveryId', $1::text)))",
      [id],
    );
    await until(() => mailsTo(account).length === 2);
    await settled(account, "sent");
    expect(new Set(mailsTo(account).map(({ headers }) => headers["message-id"])).size).toBe(1);
  });

  it("comes late only if it still applies, and not at all after a day", async () => {
    const [late, superseded, old] = [newId(), newId(), newId()];
    await deliver(app, reminders, reminder(late, { fireAt: ago(300) }));
    await settled(late, "sent");
    await until(async () => (await list(late)).items.length === 1);
    applies = false;
    await deliverBulk(app, reminders, [
      reminder(superseded, { fireAt: ago(300) }),
      reminder(old, { fireAt: ago(90_000) }),
    ]);
    expect((await settled(superseded, "superseded")).error).toBe("does not apply any more");
    for (const account of [superseded, old]) expect((await list(account)).items).toEqual([]);
    expect(sink.mails.length).toBe(1);
    const asked = sidecar.invocations.filter(({ path }) => path.startsWith("/api/internal/reminders/"));
    expect(asked[0]?.query.get("fireAt")).toMatch(/^\d{4}-.*Z$/);
  });

  it("drops what it cannot read, and retries when the database fails it", async () => {
    expect((await deliver(app, reminders, { ...reminder(newId()), data: { title: 1 } })).body).toEqual({
      status: "DROP",
    });
    const event = reminder(newId());
    await database.pool.query("alter table notifications rename to moved");
    expect((await deliver(app, reminders, event)).status).toBe(500);
    await database.pool.query("alter table moved rename to notifications");
    expect((await deliver(app, reminders, event)).body).toEqual({ status: "SUCCESS" });
  });

  it("copes with ten thousand in the same second", async () => {
    const fireAt = ago(0);
    const account = newId();
    await ask("PATCH", `/api/preferences?accountId=${account}`, { "reminder.due": { email: false } });
    const batches = Array.from({ length: 20 }, () => Array.from({ length: 500 }, () => reminder(account, { fireAt })));
    await Promise.all(batches.map((batch) => deliverBulk(app, reminders, batch)));
    const { rows } = await database.pool.query(
      "select count(*)::int as count from notifications where account_id = $1 and is_shown",
      [account],
    );
    expect(rows[0].count).toBe(10_000);
    expect((await list(account)).unread).toBe(100);
  });
});

describe("a mail", () => {
  it.each([
    ["line breaks", "Pay\r\nBcc: evil@example.com\r\n\r\nrent"],
    ["HTML", `<script>alert(1)</script><img src=x onerror=alert(1)>"'&amp;`],
    ["right to left", "\u202Eevil\u202C שלום \u2067x"],
    ["emoji", "👩‍👩‍👧‍👦".repeat(60)],
    ["nothing visible", "\u202E\u0000\u2028"],
    ["half a character", "water \ud83d plants"],
    ["an address", "a@b.c, <x@y.z>; =?utf-8?q?=0D=0AX:_y?="],
  ])("is well formed with a hostile title: %s", async (_what, title) => {
    const account = newId();
    const event = reminder(account, { title });
    // As an event store would give it back: NUL cannot be stored in PostgreSQL at all.
    const stored = { ...event, data: { ...event.data, title: title.replaceAll("\u0000", " ").toWellFormed() } };
    await deliver(app, reminders, stored);
    await settled(account, "sent");
    const mail = mailsTo(account)[0];
    expect(Object.keys(mail?.headers ?? {})).not.toContain("bcc");
    expect(mail?.to).toEqual([`${account}@example.net`]);
    expect(mail?.headers.subject).toMatch(/^Reminder: \S[^\p{Cc}\u202A-\u202E\u2066-\u2069]*$/u);
    expect(mail?.headers.subject?.length).toBeLessThan(180);
    expect(mail?.html).not.toMatch(/<script|<img src=x/);
    expect(mail?.html).toContain("Open in Tend");
    expect(mail?.text).toContain("/tasks/");
  });

  it("is not tried again when the server refuses it for good", async () => {
    const account = newId();
    sink.answer = (stage) => (stage === "rcpt" ? { code: 550, message: "no such user" } : null);
    await deliver(app, reminders, reminder(account));
    expect(await settled(account, "failed")).toMatchObject({
      attempts: 1,
      error: expect.stringContaining("no such user"),
    });
    expect(deliveryOf((await list(account)).items[0], "email")?.status).toBe("failed");
  });

  it("is tried again when the server refuses it for now, or cuts the line", async () => {
    const account = newId();
    let faults = 0;
    sink.answer = (stage) => {
      if (stage === "rcpt" && faults === 0) return faults++ === 0 ? { code: 451, message: "try later" } : null;
      return stage === "data" && faults === 1 && faults++ === 1 ? { code: 421, message: "closing" } : null;
    };
    await deliver(app, reminders, reminder(account));
    const failed = await until(async () => {
      const { rows } = await database.pool.query(
        "select error from deliveries d join notifications n on n.id = notification_id where account_id = $1 and error is not null",
        [account],
      );
      return rows[0];
    });
    expect(failed.error).toContain("try later");
    const sent = await until(async () => {
      await hurry();
      const { rows } = await database.pool.query(
        "select attempts, error from deliveries d join notifications n on n.id = notification_id where account_id = $1 and d.status = 'sent' and channel = 'email'",
        [account],
      );
      return rows[0];
    });
    expect(sent).toEqual({ attempts: 3, error: null });
    expect(mailsTo(account).length).toBe(1);
  });

  it("that takes long holds up neither the app nor the next event", async () => {
    const account = newId();
    const { promise, resolve } = Promise.withResolvers<void>();
    sink.pause = promise;
    await deliverBulk(
      app,
      reminders,
      Array.from({ length: 15 }, () => reminder(account)),
    );
    const { items } = await list(account);
    expect(items.map((item) => deliveryOf(item, "in-app")?.status)).toEqual(Array(15).fill("sent"));
    expect(items.map((item) => deliveryOf(item, "email")?.status)).toEqual(Array(15).fill("pending"));
    resolve();
    await until(() => mailsTo(account).length === 15);
  });

  it("waits when the backend cannot say where to, and is not sent to an account that is gone", async () => {
    const [waiting, gone] = [newId(), newId()];
    const usual = sidecar.answer;
    sidecar.answer = (call) =>
      call.path.endsWith("/contact") ? { status: call.path.includes(gone) ? 404 : 503 } : usual(call);
    await deliverBulk(app, reminders, [reminder(waiting), reminder(gone)]);
    await settled(gone, "superseded");
    await until(() => sidecar.invocations.some(({ path }) => path === `/api/internal/users/${waiting}/contact`));
    sidecar.answer = usual;
    await until(async () => {
      await hurry();
      return mailsTo(waiting).length === 1;
    });
  });

  it("asks for the contact once, and again after the account changed", async () => {
    const account = newId();
    const contactCalls = () =>
      sidecar.invocations.filter(({ path }) => path.includes(account) && path.endsWith("/contact")).length;
    for (let count = 1; count <= 2; count++) {
      await deliver(app, reminders, reminder(account));
      await until(() => mailsTo(account).length === count);
    }
    expect(contactCalls()).toBe(1);
    await deliver(
      app,
      tasks,
      cloudEvent(accountUpdated, { accountId: account, actor, at: ago(0), changes: { name: { from: "a", to: "b" } } }),
    );
    await deliver(app, reminders, reminder(account));
    await until(() => mailsTo(account).length === 3);
    expect(contactCalls()).toBe(2);
  });
});

describe("preferences", () => {
  it("start as documented, are merged, and decide who is told what", async () => {
    const account = newId();
    const path = `/api/preferences?accountId=${account}`;
    expect((await ask("GET", path)).body).toEqual({
      "reminder.due": { "in-app": true, email: true },
      "task.created": { "in-app": false, email: false },
    });
    await deliver(app, tasks, created(account));
    expect((await list(account)).items).toEqual([]);
    await ask("PATCH", path, { "reminder.due": { email: false } });
    expect((await ask("PATCH", path, { "task.created": { email: true } })).body).toEqual({
      "reminder.due": { "in-app": true, email: false },
      "task.created": { "in-app": false, email: true },
    });
    expect((await ask("PATCH", path, { "task.created": { sms: true } })).status).toBe(400);
    await deliver(app, tasks, created(account));
    await settled(account, "sent");
    expect(mailsTo(account)[0]?.headers.subject).toBe("New task: Buy milk");
    await deliver(app, reminders, reminder(account));
    const { items, unread } = await list(account);
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
    await deliverBulk(app, reminders, events);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: z.infer<typeof NotificationPage> = await list(
        account,
        `&limit=3${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
    expect((await list(account, `&taskId=${events[0]!.data.taskId}`)).items).toHaveLength(1);
    expect((await ask("GET", `/api/notifications?accountId=${account}&cursor=nonsense`)).status).toBe(400);
  });

  it("marks as read, once and for all, only the account's own", async () => {
    const account = newId();
    await deliverBulk(app, reminders, [reminder(account), reminder(account)]);
    const [first] = (await list(account)).items;
    const path = `/api/notifications/${first!.id}/read?accountId=`;
    expect((await ask("POST", path + newId())).status).toBe(404);
    const read = await ask<Notification>("POST", path + account);
    expect(read.body.readAt).not.toBeNull();
    expect((await ask<Notification>("POST", path + account)).body.readAt).toBe(read.body.readAt);
    expect((await list(account)).unread).toBe(1);
    expect((await ask("POST", `/api/notifications/read-all?accountId=${account}`)).status).toBe(204);
    expect((await list(account)).unread).toBe(0);
    expect((await app.request("POST", path + account, { from: "todo-frontend" })).status).toBe(403);
  });
});

describe("the daily tick", () => {
  it("forgets what is 90 days old", async () => {
    const account = newId();
    await deliverBulk(app, reminders, [reminder(account), reminder(account)]);
    await settled(account, "sent");
    const [old] = (await list(account)).items;
    await database.pool.query("update notifications set created_at = now() - interval '91 days' where id = $1", [
      old!.id,
    ]);
    for (let tick = 0; tick < 2; tick++)
      expect((await app.request("POST", "/api/jobs/daily-cleanup")).status).toBe(200);
    expect((await list(account)).items.map(({ id }) => id)).not.toContain(old!.id);
    expect((await list(account)).items).toHaveLength(1);
  });
});
