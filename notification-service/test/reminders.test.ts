import { deliver, deliverBulk, newId, until } from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ago, deliveryOf, reminder, reminders, type Started, startNotification } from "./start.ts";

let started: Started;
beforeAll(async () => {
  started = await startNotification();
});
afterAll(() => started?.close());
beforeEach(() => started.reset());

describe("a reminder that is due", () => {
  it("is in the app and in one mail, however often the event comes", async () => {
    const account = newId();
    const event = reminder(account);
    for (let time = 0; time < 2; time++)
      expect((await deliver(started.app, reminders, event)).body).toEqual({ status: "SUCCESS" });
    // The same reminder and moment in another event, as after a repeated claim.
    await deliverBulk(started.app, reminders, [
      { ...event, id: newId() },
      { ...event, id: newId() },
    ]);
    const sent = await started.settled(account, "sent");
    const { items, unread } = await started.list(account);
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
    const [mail, ...others] = started.mailsTo(account);
    expect(others).toEqual([]);
    expect(mail?.headers["message-id"]).toBe(`<${sent.id}@example.org>`);
    expect(mail?.headers.subject).toBe("Reminder: Water plants");
    expect(mail?.headers.to).toBe(`Ada <${account}@example.net>`);
    expect(mail?.raw).toMatch(/multipart\/alternative[\s\S]*text\/plain[\s\S]*text\/html/);
    expect(mail?.raw).toContain(`http://localhost:3000/today?task=${event.data.taskId}`);
    await until(() =>
      started.sidecar.invocations.some(({ path }) => path === `/api/internal/users/${account}/signals`),
    );
  });

  it("has the same Message-ID after a crash between the mail server's answer and our mark", async () => {
    const account = newId();
    await deliver(started.app, reminders, reminder(account));
    const { id } = await started.settled(account, "sent");
    await started.database.pool.query("update deliveries set status = 'pending' where id = $1", [id]);
    await started.database.pool.query(
      "select add_job('send-mail', json_build_object('data', json_build_object('deliveryId', $1::text)))",
      [id],
    );
    await until(() => started.mailsTo(account).length === 2);
    await started.settled(account, "sent");
    expect(new Set(started.mailsTo(account).map(({ headers }) => headers["message-id"])).size).toBe(1);
  });

  it("comes late only if it still applies, and not at all after a day", async () => {
    const [late, superseded, old] = [newId(), newId(), newId()];
    await deliver(started.app, reminders, reminder(late, { fireAt: ago(300) }));
    await started.settled(late, "sent");
    await until(async () => (await started.list(late)).items.length === 1);
    started.world.applies = false;
    await deliverBulk(started.app, reminders, [
      reminder(superseded, { fireAt: ago(300) }),
      reminder(old, { fireAt: ago(90_000) }),
    ]);
    expect((await started.settled(superseded, "superseded")).error).toBe("does not apply any more");
    for (const account of [superseded, old]) expect((await started.list(account)).items).toEqual([]);
    expect(started.sink.mails.length).toBe(1);
    const asked = started.sidecar.invocations.filter(({ path }) => path.startsWith("/api/internal/reminders/"));
    expect(asked[0]?.query.get("fireAt")).toMatch(/^\d{4}-.*Z$/);
  });

  it("drops what it cannot read, and retries when the database fails it", async () => {
    expect((await deliver(started.app, reminders, { ...reminder(newId()), data: { title: 1 } })).body).toEqual({
      status: "DROP",
    });
    const event = reminder(newId());
    await started.database.pool.query("alter table notifications rename to moved");
    expect((await deliver(started.app, reminders, event)).status).toBe(500);
    await started.database.pool.query("alter table moved rename to notifications");
    expect((await deliver(started.app, reminders, event)).body).toEqual({ status: "SUCCESS" });
  });

  it("is neither lost nor doubled when the database drops every connection meanwhile", async () => {
    const account = newId();
    const events = Array.from({ length: 60 }, () => reminder(account));
    // As the sidecar does: until it is acknowledged.
    const persist = (event: unknown) =>
      until(() => deliver(started.app, reminders, event).then(({ status }) => status === 200));
    const delivering = Promise.all(events.map(persist));
    for (let round = 1; round <= 3; round++) {
      await until(() => started.mailsTo(account).length >= round * 5);
      await started.database.dropConnections();
    }
    await delivering;
    await until(async () => {
      const { rows } = await started.database.pool.query(
        `select count(*) filter (where status = 'sent')::int as sent from deliveries d join notifications n on n.id = notification_id
         where account_id = $1`,
        [account],
      );
      return rows[0].sent === 2 * events.length;
    }, 30);
    const ids = started.mailsTo(account).map(({ headers }) => headers["message-id"]);
    expect(new Set(ids).size).toBe(events.length);
    expect(ids.length - events.length).toBeLessThanOrEqual(3 * 10);
  });

  it("copes with two thousand in the same second", async () => {
    const fireAt = ago(0);
    const account = newId();
    await started.ask("PATCH", `/api/preferences?accountId=${account}`, { "reminder.due": { email: false } });
    const batches = Array.from({ length: 4 }, () => Array.from({ length: 500 }, () => reminder(account, { fireAt })));
    await Promise.all(batches.map((batch) => deliverBulk(started.app, reminders, batch)));
    const { rows } = await started.database.pool.query(
      "select count(*)::int as count from notifications where account_id = $1 and is_shown",
      [account],
    );
    expect(rows[0].count).toBe(2_000);
    expect((await started.list(account)).unread).toBe(100);
  });
});
