import { type App, createServer } from "@tend/service-kit";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { authRoutes } from "./auth/auth.routes.ts";
import { apiPrefix, authenticate, preferAccessErrors } from "./auth/authenticate.ts";
import type { Context } from "./context.ts";
import { accountsRoutes } from "./modules/accounts/accounts.routes.ts";
import { auditRoutes } from "./modules/audit/audit.routes.ts";
import { countsRoutes } from "./modules/counts/counts.routes.ts";
import { eventsRoutes } from "./modules/events/events.routes.ts";
import { otherServices } from "./modules/health/other-services.ts";
import { internalRoutes } from "./modules/internal/internal.routes.ts";
import { jobsRoutes } from "./modules/internal/jobs.routes.ts";
import { labelsRoutes } from "./modules/labels/labels.routes.ts";
import { notificationsRoutes } from "./modules/notifications/notifications.routes.ts";
import { projectsRoutes } from "./modules/projects/projects.routes.ts";
import { quickAddRoutes } from "./modules/quick-add/quick-add.routes.ts";
import { recurrencesRoutes } from "./modules/recurrences/recurrences.routes.ts";
import { seriesRoutes } from "./modules/series/series.routes.ts";
import { tasksRoutes } from "./modules/tasks/tasks.routes.ts";
import { markUsedTokens } from "./modules/tokens/mark-used-tokens.ts";
import { tokensRoutes } from "./modules/tokens/tokens.routes.ts";
import { docs } from "./plugins/docs.ts";
import { headers } from "./plugins/headers.ts";
import { idempotency } from "./plugins/idempotency.ts";
import { openapi } from "./plugins/openapi.ts";
import { rateLimits } from "./plugins/rate-limits.ts";
import { refuseUnknownInput } from "./plugins/strict-input.ts";

/** Everything under /api/v1; a new module is a new line. */
const modules: ((api: App) => Promise<void>)[] = [
  accountsRoutes,
  auditRoutes,
  countsRoutes,
  eventsRoutes,
  labelsRoutes,
  notificationsRoutes,
  projectsRoutes,
  quickAddRoutes,
  recurrencesRoutes,
  seriesRoutes,
  tasksRoutes,
  tokensRoutes,
];

/** The backend without a port: tests inject into it, the service listens with it. */
export async function buildApp(context: Context): Promise<App> {
  const app = createServer({ ...context, moreChecks: otherServices(context) });
  app.decorate("context", context);
  app.addHook("onClose", () => context.prisma.$disconnect());
  for (const plugin of [headers, openapi, docs, rateLimits, authenticate, idempotency, markUsedTokens])
    await app.register(plugin);
  await app.register(async (scope) => authRoutes(scope.withTypeProvider<ZodTypeProvider>()), { prefix: "/api/auth" });
  await app.register(async (scope) => internalRoutes(scope.withTypeProvider<ZodTypeProvider>()), {
    prefix: "/api/internal",
  });
  await app.register(async (scope) => jobsRoutes(scope.withTypeProvider<ZodTypeProvider>()), { prefix: "/api/jobs" });
  await app.register(
    async (api) => {
      api.setErrorHandler(preferAccessErrors);
      refuseUnknownInput(api);
      for (const module of modules)
        await api.register(async (scope) => module(scope.withTypeProvider<ZodTypeProvider>()));
    },
    { prefix: apiPrefix },
  );
  return app;
}
