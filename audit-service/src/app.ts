import { type App, createServer, subscribe } from "@tend/service-kit";
import type { Context } from "./context.ts";
import { onAuditRecorded } from "./handlers/on-audit-recorded.ts";
import { onOtherEvents } from "./handlers/on-other-events.ts";
import { onTaskEvents } from "./handlers/on-task-events.ts";
import { cleanUpRoutes } from "./jobs/daily-cleanup.ts";
import { trailRoutes } from "./modules/trail/trail.routes.ts";

export async function buildApp(context: Context): Promise<App> {
  const app = createServer(context);
  subscribe(app, {
    ...context,
    context: {},
    subscriptions: [
      { route: "/events/task-events", handlers: [onTaskEvents, onOtherEvents] },
      { route: "/events/audit-logs", handlers: [onAuditRecorded] },
    ],
  });
  trailRoutes(app, context);
  cleanUpRoutes(app, context);
  return app;
}
