import { isUtf8 } from "node:buffer";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { v7 as uuidv7 } from "uuid";
import type { Guards } from "./app-token.ts";
import { refuseClientError } from "./client-errors.ts";
import { type Checks, installHealth } from "./health.ts";
import type { Logger } from "./log.ts";
import { type Metrics, renderMetrics, requestDurations } from "./metrics.ts";
import { installProblems, problem, sendProblem, toProblem } from "./problems.ts";
import { randomPart } from "./random.ts";
import { installRefusals, meantStatus } from "./refusals.ts";
import type { Span, Spans } from "./spans.ts";
import { inTrace } from "./trace.ts";
import { serializerCompiler, validatorCompiler } from "./validation.ts";

/** Fastify with zod schemas on its routes. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Logged at debug even when it writes: routes that machines call often. */
    quiet?: boolean;
  }
  interface FastifyRequest {
    span: Span;
  }
}

export type ServerOptions = {
  log: Logger;
  metrics: Metrics;
  spans: Spans;
  signal: AbortSignal;
  guards: Pick<Guards, "isFromSidecar">;
  /** What readiness asks; a check that throws names the failing part. */
  checks: Checks;
  /** What `/health` asks besides: other services, the UI. */
  moreChecks?: Checks;
  /** Such as `trustProxy`; the rest is fixed here. */
  fastify?: Pick<FastifyServerOptions, "trustProxy" | "rewriteUrl">;
};

const bodyLimit = 1024 * 1024;

/** One JSON parser, problem+json errors, request ids, traces, health and metrics: what every service has. */
export function createServer(options: ServerOptions): App {
  const app = Fastify({
    ...options.fastify,
    loggerInstance: options.log as FastifyBaseLogger,
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "request_id" }),
    genReqId: () => uuidv7({ random: randomPart(16) }),
    bodyLimit,
    requestTimeout: 60_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: refuseClientError,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toProblem(error)),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler as Parameters<typeof app.setValidatorCompiler>[0]);
  app.setSerializerCompiler(serializerCompiler as Parameters<typeof app.setSerializerCompiler>[0]);
  installParser(app);
  installProblems(app);
  installTraces(app, options);
  installRefusals(app, options.guards);
  installHealth(app, options);
  app.get("/metrics", { config: { quiet: true }, schema: { hide: true } as object }, async (_request, reply) => {
    const { contentType, body } = await renderMetrics(options.metrics);
    return reply.type(contentType).send(body);
  });
  return app;
}

// An empty body is no body: clients set the content type on every POST.
function installParser(app: App) {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = body as Buffer;
    if (bytes.length === 0) return done(null, undefined);
    if (!isUtf8(bytes)) return done(problem(400, "invalid", "The body is not UTF-8."), undefined);
    return parse(request, bytes.toString(), done);
  });
}

function installTraces(app: App, { metrics, spans }: ServerOptions) {
  const durations = requestDurations(metrics);
  app.decorateRequest("span", null as unknown as Span);
  app.addHook("onRequest", (request, reply, done) => {
    request.span = spans.start(
      `${request.method} ${request.routeOptions.url ?? "unknown"}`,
      "server",
      request.headers.traceparent,
    );
    reply.header("x-request-id", request.id);
    inTrace(request.span.trace, done);
  });
  // Reading the body loses the asynchronous context.
  app.addHook("preValidation", (request, _reply, done) => inTrace(request.span.trace, done));
  app.addHook("onResponse", (request, reply, done) => {
    const { method, routeOptions } = request;
    const status = meantStatus(reply);
    durations.observe({ method, route: routeOptions.url ?? "unknown", status }, reply.elapsedTime / 1_000);
    request.span.end(status >= 500);
    inTrace(request.span.trace, () => {
      const line = { method, route: routeOptions.url, status, ms: Math.round(reply.elapsedTime * 10) / 10 };
      request.log[levelOf(request, status)](line, "answered");
    });
    done();
  });
}

function levelOf(request: FastifyRequest, status: number): "warn" | "info" | "debug" {
  if (status >= 500) return "warn";
  const quiet = request.routeOptions.config?.quiet || request.method === "GET" || request.method === "HEAD";
  return quiet ? "debug" : "info";
}
