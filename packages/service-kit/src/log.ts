import { type Logger, pino } from "pino";
import { currentTrace } from "./trace.ts";

export type { Logger };

/** JSON lines on stdout; each names its service and, inside a request, event or job, its `trace_id`. */
export function createLogger(appId: string, level: string): Logger {
  return pino({
    level,
    base: { service: appId },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: withoutClient },
    redact: ["req.headers.authorization", "req.headers.cookie", 'req.headers["dapr-api-token"]'],
    mixin() {
      const trace = currentTrace();
      return trace ? { trace_id: trace.traceId, span_id: trace.spanId } : {};
    },
  });
}

/** pg hangs a connection's whole client, its keys included, on the error of an idle one. */
export function withoutClient(error: unknown) {
  if (!(error instanceof Error)) return error;
  const { client, ...rest } = pino.stdSerializers.err(error);
  return rest;
}
