import { createHash, timingSafeEqual } from "node:crypto";
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import type { AppContext } from "./app-context.ts";
import { DaprError, messageOf } from "./errors.ts";
import { type InvokeOptions, invokeRoutes } from "./invoke/invoke-routes.ts";
import { publishRoutes } from "./pubsub/publish-routes.ts";
import { runtimeRoutes } from "./runtime-routes.ts";
import { secretRoutes } from "./secrets/secret-routes.ts";
import { stateRoutes } from "./state/state-routes.ts";

/** As daprd is started with (`--max-body-size`). */
const bodyLimit = 16 * 1024 * 1024;
const withoutToken = new Set(["/v1.0/healthz", "/v1.0/healthz/outbound", "/metrics"]);

/** The Dapr HTTP API for one app. Whoever has its token is that app. */
export function createAppServer(
  context: AppContext,
  invocation: Omit<InvokeOptions, "context">,
  apiToken: string,
): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = context.logger.child({ app_id: context.appId });
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    routerOptions: { maxParamLength: 1_024 },
    // A request that names its callee in a header is the invocation of its path.
    rewriteUrl: ({ url = "/", headers }) => {
      const callee = headers["dapr-app-id"];
      return typeof callee === "string" && callee !== "" && !url.startsWith("/v1.0")
        ? `/v1.0/invoke/${encodeURIComponent(callee)}/method${url}`
        : url;
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  const expected = digest(apiToken);
  app.addHook("onRequest", async ({ headers, url, method }) => {
    if (method === "GET" && withoutToken.has(url.split("?", 1)[0]!)) return;
    const token = headers["dapr-api-token"];
    if (timingSafeEqual(digest(typeof token === "string" ? token : ""), expected)) return;
    throw new DaprError(401, "ERR_UNAUTHORIZED", "invalid api token");
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof DaprError) {
      return reply.code(error.status).send({ errorCode: error.errorCode, message: error.message });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, "the sidecar failed");
    return reply
      .code(status)
      .send({ errorCode: status === 413 ? "ERR_BODY_TOO_LARGE" : "ERR_INTERNAL", message: messageOf(error) });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send());

  runtimeRoutes(app, context);
  publishRoutes(app, context);
  stateRoutes(app, context);
  secretRoutes(app, context);
  app.register(async (scope) => invokeRoutes(scope, { context, ...invocation }));
  return app;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
