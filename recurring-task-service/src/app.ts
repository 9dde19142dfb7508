import { type App, createServer, type ServiceContext, subscribe } from "@tend/service-kit";
import { createContext } from "./context.ts";
import { onOccurrenceChanged } from "./handlers/on-occurrence-changed.ts";
import { cleanUpRoutes } from "./jobs/daily-cleanup.ts";
import { sweepRoutes } from "./jobs/sweep-series.ts";
import { scheduleRoutes } from "./modules/schedule/schedule.routes.ts";

export async function buildApp(base: ServiceContext): Promise<App> {
  const context = createContext(base);
  const app = createServer(context);
  subscribe(app, {
    ...context,
    context: { backend: context.backend },
    subscriptions: [{ route: "/events/task-events", handlers: [onOccurrenceChanged] }],
  });
  scheduleRoutes(app, context);
  sweepRoutes(app, context);
  cleanUpRoutes(app, context);
  return app;
}
