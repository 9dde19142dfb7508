import { type App, createServer } from "@tend/service-kit";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { authRoutes } from "./auth/auth.routes.ts";
import { apiPrefix, authenticate, preferAccessErrors } from "./auth/authenticate.ts";
import type { Context } from "./context.ts";
import { otherServices } from "./modules/health/other-services.ts";
import { idempotency } from "./plugins/idempotency.ts";
import { rateLimits } from "./plugins/rate-limits.ts";

/** Everything under /api/v1; a new module is a new line. */
const modules: ((api: App) => Promise<void>)[] = [];

/** The backend without a port: tests inject into it, the service listens with it. */
export async function buildApp(context: Context): Promise<App> {
  const app = createServer({ ...context, moreChecks: otherServices(context) });
  app.decorate("context", context);
  app.addHook("onClose", () => context.prisma.$disconnect());
  await app.register(rateLimits);
  await app.register(authenticate);
  await app.register(idempotency);
  await app.register(authRoutes, { prefix: "/api/auth" });
  await app.register(
    async (api) => {
      api.setErrorHandler(preferAccessErrors);
      for (const module of modules)
        await api.register(async (scope) => module(scope.withTypeProvider<ZodTypeProvider>()));
    },
    { prefix: apiPrefix },
  );
  return app;
}
