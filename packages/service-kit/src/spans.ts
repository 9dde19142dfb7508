import { continueTrace, parseTraceparent, type Trace } from "./trace.ts";

export type Span = { trace: Trace; end(failed?: boolean): void };
export type Spans = {
  /** False: nobody collects spans, and what is only for them can be left out. */
  isCollected: boolean;
  start(name: string, kind: "server" | "consumer" | "producer", traceparent: unknown): Span;
  close(): Promise<void>;
};

/** Spans go to Zipkin where its address is set; otherwise trace ids are only passed on and nothing is loaded. */
export async function createSpans(appId: string, zipkinUrl: string | undefined): Promise<Spans> {
  if (!zipkinUrl) {
    return {
      isCollected: false,
      start: (_name, _kind, traceparent) => ({ trace: continueTrace(traceparent), end() {} }),
      close: async () => {},
    };
  }
  const [api, sdk, { ZipkinExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/exporter-zipkin"),
  ]);
  const exporter = new ZipkinExporter({ url: zipkinUrl, serviceName: appId });
  const provider = new sdk.node.NodeTracerProvider({
    resource: sdk.resources.resourceFromAttributes({ "service.name": appId }),
    spanProcessors: [new sdk.tracing.BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("tend");
  const { SERVER: server, CONSUMER: consumer, PRODUCER: producer } = api.SpanKind;
  const kinds = { server, consumer, producer };
  return {
    isCollected: true,
    start(name, kind, traceparent) {
      const parent = parseTraceparent(traceparent);
      const context = parent
        ? api.trace.setSpanContext(api.ROOT_CONTEXT, {
            traceId: parent.traceId,
            spanId: parent.spanId,
            traceFlags: parent.sampled ? 1 : 0,
            isRemote: true,
          })
        : api.ROOT_CONTEXT;
      const span = tracer.startSpan(name, { kind: kinds[kind] }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        trace: { traceId, spanId, sampled: (traceFlags & 1) === 1 },
        end(failed = false) {
          if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    close: () => provider.shutdown().catch(() => {}),
  };
}
