/** What the cron bindings call. Every tick may come twice, on several replicas at once, or not at all. */
import type { App } from "@tend/service-kit";
import { fireDueReminders } from "../reminders/fire-due-reminders.ts";
import { rederiveStale } from "../reminders/rederive-account.ts";

const cleanups = [
  "delete from sessions where expires_at < now()",
  "delete from verifications where expires_at < now()",
  "delete from idempotency_keys where created_at < now() - interval '24 hours'",
  "delete from rate_limits where last_request < (extract(epoch from now()) - 86400) * 1000",
];

export async function jobsRoutes(app: App) {
  const { pool, guards, log } = app.context;
  const fromSidecar = { onRequest: guards.sidecarOnly, schema: { hide: true } };

  app.post("/check-reminders", fromSidecar, async () => {
    await fireDueReminders(pool, () => app.context.wakeRelay());
    await rederiveStale({ pool, log });
    return {};
  });

  app.post("/daily-cleanup", fromSidecar, async () => {
    for (const statement of cleanups) await pool.query(statement);
    return {};
  });
}
