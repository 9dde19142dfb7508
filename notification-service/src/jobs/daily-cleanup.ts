import { type App, type Jobs, pruneInbox } from "@tend/service-kit";
import type { Context } from "../context.ts";
import { pruneNotifications } from "../modules/notifications/notifications.repository.ts";

export function cleanUpRoutes(app: App, { pool, guards, log, jobs }: Context & { jobs: Jobs }) {
  app.post("/api/jobs/daily-cleanup", { onRequest: guards.sidecarOnly, config: { quiet: true } }, async () => {
    const [inbox, notifications] = await Promise.all([pruneInbox(pool), pruneNotifications(pool), jobs.prune()]);
    log.info({ inbox, notifications }, "pruned");
    return { inbox, notifications };
  });
}
