import { type Contact, type Notification, type NotificationPage, reminderDue } from "@tend/contracts";
import {
  cloudEvent,
  createTestDatabase,
  newId,
  startFakeSidecar,
  startForTest,
  until,
} from "@tend/service-kit/testing";
import { expect } from "vitest";
import type { z } from "zod";
import { service } from "../src/service.ts";
import { startMailSink } from "./mail-sink.ts";

export const reminders = "/events/reminders";
export const tasks = "/events/task-events";
export const actor = { kind: "user" as const, id: newId() };
export const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

export function reminder(accountId: string, over: Partial<z.input<typeof reminderDue.data>> = {}) {
  const due = { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" };
  const base = { accountId, reminderId: newId(), taskId: newId(), fireAt: ago(1), title: "Water plants" };
  return cloudEvent(reminderDue, { ...base, due, dueAt: "2026-11-21T08:00:00.000Z", at: ago(0), ...over });
}

const contactOf = (accountId: string): Contact => ({
  accountId,
  name: "Ada",
  email: `${accountId}@example.net`,
  timeZone: "Europe/Berlin",
  locale: "en-GB",
});
export const deliveryOf = (notification: Notification | undefined, channel: string) =>
  notification?.deliveries.find((delivery) => delivery.channel === channel);

type SettledDelivery = { id: string; error: string | null; attempts: number; provider_id: string | null };
export type Started = Awaited<ReturnType<typeof startNotification>>;

/** The real service with a database of its own, a real SMTP server, and a fake backend behind a fake sidecar. */
export async function startNotification() {
  const database = await createTestDatabase("notification", service.migrations);
  const sink = await startMailSink();
  const sidecar = await startFakeSidecar({
    "postgres-credentials-notification-service": database.connectionString,
    "smtp-secret": `smtp://127.0.0.1:${sink.port}`,
  });
  const app = await startForTest(service, sidecar, { MAIL_FROM: "Tend <tend@example.org>" });
  const world = { applies: true };

  const ask = async <T>(method: string, path: string, body?: unknown) =>
    (await app.request(method, path, { from: "todo-backend", ...(body === undefined ? {} : { body }) })) as {
      status: number;
      body: T;
    };
  return {
    app,
    database,
    sidecar,
    sink,
    world,
    ask,
    reset() {
      sink.mails.length = 0;
      sink.answer = () => null;
      sidecar.invocations.length = 0;
      world.applies = true;
      sidecar.answer = ({ path }) => {
        if (path.endsWith("/contact")) return { status: 200, body: contactOf(path.split("/")[4] ?? "") };
        if (path.startsWith("/api/internal/reminders/")) return { status: 200, body: { applies: world.applies } };
        return { status: 204 };
      };
    },
    async list(accountId: string, query = "") {
      const { status, body } = await ask<z.infer<typeof NotificationPage>>(
        "GET",
        `/api/notifications?accountId=${accountId}${query}`,
      );
      expect(status).toBe(200);
      return body;
    },
    settled: (accountId: string, status: string) =>
      until(async () => {
        const { rows } = await database.pool.query<SettledDelivery>(
          `select d.* from deliveries d join notifications n on n.id = notification_id
           where account_id = $1 and channel = 'email' and status = $2`,
          [accountId, status],
        );
        return rows[0];
      }),
    mailsTo: (accountId: string) => sink.mails.filter(({ to }) => to.includes(`${accountId}@example.net`)),
    /** Does not wait for the pause before the next attempt. */
    hurry: () =>
      database.pool.query("update _private_jobs set run_at = now() where locked_at is null and attempts > 0"),
    async close() {
      await app.running.close();
      await sidecar.close();
      await sink.close();
      await database.drop();
    },
  };
}
