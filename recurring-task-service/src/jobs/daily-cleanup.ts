import { type App, pruneInbox } from "@tend/service-kit";
import type { Context } from "../context.ts";

/** The ledger itself is kept. */
export function cleanUpRoutes(app: App, { pool, guards, log }: Context) {
  app.post("/api/jobs/daily-cleanup", { onRequest: guards.sidecarOnly, config: { quiet: true } }, async () => {
    const pruned = await pruneInbox(pool);
    log.info({ pruned }, "inbox pruned");
    return { pruned };
  });
}
