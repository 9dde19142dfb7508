import { accountUpdated } from "@tend/contracts";
import { cloudEvent, deliver, deliverBulk, newId, until } from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { actor, ago, deliveryOf, reminder, reminders, type Started, startNotification, tasks } from "./start.ts";

let started: Started;
beforeAll(async () => {
  started = await startNotification();
});
afterAll(() => started?.close());
beforeEach(() => started.reset());

const outcomes = async () => {
  const { body } = await started.app.request("GET", "/metrics");
  const count = (outcome: string) =>
    Number(new RegExp(`^tend_mails_total\\{outcome="${outcome}".*\\} (\\d+)$`, "m").exec(String(body))?.[1] ?? 0);
  return { sent: count("sent"), again: count("tried-again") };
};

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
    await deliver(started.app, reminders, stored);
    await started.settled(account, "sent");
    const mail = started.mailsTo(account)[0];
    expect(Object.keys(mail?.headers ?? {})).not.toContain("bcc");
    expect(mail?.to).toEqual([`${account}@example.net`]);
    expect(mail?.headers.subject).toMatch(/^Reminder: \S[^\p{Cc}\u202A-\u202E\u2066-\u2069]*$/u);
    expect(mail?.headers.subject?.length).toBeLessThan(180);
    expect(mail?.html).not.toMatch(/<script|<img src=x/);
    expect(mail?.html).toContain("Open in Tend");
    expect(mail?.text).toContain("/today?task=");
  });

  it("is not tried again when the server refuses it for good", async () => {
    const account = newId();
    started.sink.answer = (stage) => (stage === "rcpt" ? { code: 550, message: "no such user" } : null);
    await deliver(started.app, reminders, reminder(account));
    expect(await started.settled(account, "failed")).toMatchObject({
      attempts: 1,
      error: expect.stringContaining("no such user"),
    });
    expect(deliveryOf((await started.list(account)).items[0], "email")?.status).toBe("failed");
  });

  it("is tried again when the server refuses it for now, or cuts the line", async () => {
    const account = newId();
    const before = await outcomes();
    let faults = 0;
    started.sink.answer = (stage) => {
      if (stage === "rcpt" && faults === 0) return faults++ === 0 ? { code: 451, message: "try later" } : null;
      return stage === "data" && faults === 1 && faults++ === 1 ? { code: 421, message: "closing" } : null;
    };
    await deliver(started.app, reminders, reminder(account));
    const failed = await until(async () => {
      const { rows } = await started.database.pool.query(
        "select error from deliveries d join notifications n on n.id = notification_id where account_id = $1 and error is not null",
        [account],
      );
      return rows[0];
    });
    expect(failed.error).toContain("try later");
    const sent = await until(async () => {
      await started.hurry();
      const { rows } = await started.database.pool.query(
        "select attempts, error from deliveries d join notifications n on n.id = notification_id where account_id = $1 and d.status = 'sent' and channel = 'email'",
        [account],
      );
      return rows[0];
    });
    expect(sent).toEqual({ attempts: 3, error: null });
    expect(started.mailsTo(account).length).toBe(1);
    const after = await until(async () => {
      const now = await outcomes();
      return now.sent > before.sent && now;
    });
    expect(after).toEqual({ sent: before.sent + 1, again: before.again + 2 });
  });

  it("that takes long holds up neither the app nor the next event", async () => {
    const account = newId();
    const { promise, resolve } = Promise.withResolvers<void>();
    started.sink.pause = promise;
    await deliverBulk(
      started.app,
      reminders,
      Array.from({ length: 15 }, () => reminder(account)),
    );
    const { items } = await started.list(account);
    expect(items.map((item) => deliveryOf(item, "in-app")?.status)).toEqual(Array(15).fill("sent"));
    expect(items.map((item) => deliveryOf(item, "email")?.status)).toEqual(Array(15).fill("pending"));
    resolve();
    await until(() => started.mailsTo(account).length === 15);
  });

  it("waits when the backend cannot say where to, and is not sent to an account that is gone", async () => {
    const [waiting, gone] = [newId(), newId()];
    const usual = started.sidecar.answer;
    started.sidecar.answer = (call) =>
      call.path.endsWith("/contact") ? { status: call.path.includes(gone) ? 404 : 503 } : usual(call);
    await deliverBulk(started.app, reminders, [reminder(waiting), reminder(gone)]);
    await started.settled(gone, "superseded");
    await until(() =>
      started.sidecar.invocations.some(({ path }) => path === `/api/internal/users/${waiting}/contact`),
    );
    started.sidecar.answer = usual;
    await until(async () => {
      await started.hurry();
      return started.mailsTo(waiting).length === 1;
    });
  });

  it("asks for the contact once, and again after the account changed", async () => {
    const account = newId();
    const contactCalls = () =>
      started.sidecar.invocations.filter(({ path }) => path.includes(account) && path.endsWith("/contact")).length;
    for (let count = 1; count <= 2; count++) {
      await deliver(started.app, reminders, reminder(account));
      await until(() => started.mailsTo(account).length === count);
    }
    expect(contactCalls()).toBe(1);
    await deliver(
      started.app,
      tasks,
      cloudEvent(accountUpdated, { accountId: account, actor, at: ago(0), changes: { name: { from: "a", to: "b" } } }),
    );
    await deliver(started.app, reminders, reminder(account));
    await until(() => started.mailsTo(account).length === 3);
    expect(contactCalls()).toBe(2);
  });

  it("does not keep a contact that was asked for before the account changed", async () => {
    const account = newId();
    const usual = started.sidecar.answer;
    const changed = Promise.withResolvers<void>();
    let name = "Before";
    let asked = 0;
    started.sidecar.answer = async (call) => {
      const answer = await usual(call);
      if (!call.path.endsWith("/contact")) return answer;
      const body = { ...(answer.body as object), name };
      if (asked++ === 0) await changed.promise;
      return { ...answer, body };
    };
    await deliver(started.app, reminders, reminder(account));
    await until(() => asked === 1);
    name = "After";
    const changes = { name: { from: "Before", to: "After" } };
    await deliver(started.app, tasks, cloudEvent(accountUpdated, { accountId: account, actor, at: ago(0), changes }));
    changed.resolve();
    await until(() => started.mailsTo(account).length === 1);
    expect(started.sidecar.state.get(`contact:${account}`)).toEqual({});
    for (let count = 2; count <= 3; count++) {
      await deliver(started.app, reminders, reminder(account));
      await until(() => started.mailsTo(account).length === count);
    }
    expect(asked).toBe(2);
    expect(started.sidecar.state.get(`contact:${account}`)).toMatchObject({ name: "After" });
  });
});
