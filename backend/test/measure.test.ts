import { createMetrics, renderMetrics } from "@tend/service-kit";
import { expect, test } from "vitest";
import { measure } from "../src/measure.ts";
import { fireDueReminders } from "../src/modules/reminders/fire-due-reminders.ts";
import { testApp } from "./support/app.ts";
import { newClient } from "./support/client.ts";

test("how long a reminder is due that has not fired can be asked, and ends when it fires", async () => {
  await using backend = await testApp();
  const { pool } = backend;
  const metrics = createMetrics("test");
  measure({ pool, metrics, streams: { size: 0 } });
  const lateness = async () => {
    const { body } = await renderMetrics(metrics);
    return Number(/^tend_reminder_lateness_seconds\{.*\} (\S+)$/m.exec(body)?.[1]);
  };
  const { create } = await newClient(backend);
  await create({ title: "One", reminders: [{ at: { date: "2035-01-01", time: "08:00", timeZone: null } }] });
  expect(await lateness()).toBe(0);
  await pool.query("update reminders set fire_at = clock() - interval '90 seconds'");
  expect(await lateness()).toBeGreaterThan(89);
  await fireDueReminders(pool, () => {});
  expect(await lateness()).toBe(0);
});
