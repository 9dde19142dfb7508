import { type App, createServer, subscribe } from "@tend/service-kit";
import type { Context } from "./context.ts";
import { onAuditRecorded } from "./handlers/on-audit-recorded.ts";
import { onTaskEvents } from "./handlers/on-task-events.ts";
import { cleanUpRoutes } from "./jobs/daily-cleanup.ts";
import { trailRoutes } from "./modules/trail/trail.routes.ts";

const bulk = { maxMessagesCount: 500, maxAwaitDurationMs: 20 };

export async function buildApp(context: Context): Promise<App> {
  const app = createServer(context);
  subscribe(app, {
    ...context,
    context: {},
    subscriptions: [
      { topic: "task-events", route: "/events/task-events", handlers: [onTaskEvents], bulk },
      { topic: "audit-logs", route: "/events/audit-logs", handlers: [onAuditRecorded], bulk },
    ],
  });
  trailRoutes(app, context);
  cleanUpRoutes(app, context);
  return app;
}
