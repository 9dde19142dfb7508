export type ZipkinSpan = {
  id: string;
  parentId?: string;
  kind?: string;
  name?: string;
  timestamp?: number;
  duration?: number;
  localEndpoint?: { serviceName?: string };
  tags?: Record<string, string>;
};
type Part = { what: string; service: string; name: RegExp; kind?: string };

/** What one click leads to, in this order; Zipkin shows names in small letters. */
const parts: Part[] = [
  { what: "the click's request", service: "todo-backend", name: /^post \/api\/v1\/tasks/, kind: "SERVER" },
  { what: "the relay publishes", service: "todo-backend", name: /^publish reminders$/, kind: "PRODUCER" },
  { what: "the backend's sidecar takes it", service: "todo-backend", name: /publish\/bulk\/.*reminders/ },
  { what: "the sidecar delivers it from Kafka", service: "notification-service", name: /^pubsub\/reminders$/ },
  { what: "the handler", service: "notification-service", name: /^reminder\.due\.v1$/, kind: "CONSUMER" },
  { what: "the job sends the mail", service: "notification-service", name: /^send-mail$/, kind: "CONSUMER" },
];

export async function readTrace(zipkin: string, traceId: string): Promise<ZipkinSpan[]> {
  const response = await fetch(`${zipkin}/api/v2/trace/${traceId}`);
  return response.ok ? ((await response.json()) as ZipkinSpan[]) : [];
}

/** In words; empty when the trace is whole. */
export function missingFrom(spans: ZipkinSpan[]): string[] {
  const isThere = ({ service, name, kind }: Part) =>
    spans.some(
      (span) => serviceOf(span) === service && name.test(nameOf(span)) && (kind === undefined || span.kind === kind),
    );
  return parts.filter((part) => !isThere(part)).map(({ what, service }) => `${what} (${service})`);
}

/** One line for each span below its parent, by time. */
export function tree(spans: ZipkinSpan[]): string {
  const sorted = spans.toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
  const ids = new Set(sorted.map(({ id }) => id));
  const began = sorted[0]?.timestamp ?? 0;
  const below = (parent: string | undefined, depth: number): string[] =>
    sorted
      .filter(({ parentId }) => (parentId && ids.has(parentId) ? parentId : undefined) === parent)
      .flatMap((span) => [line(span, depth, began), ...below(span.id, depth + 1)]);
  return below(undefined, 0).join("\n");
}

function line(span: ZipkinSpan, depth: number, began: number): string {
  const at = (((span.timestamp ?? 0) - began) / 1_000).toFixed(1).padStart(9);
  const took = ((span.duration ?? 0) / 1_000).toFixed(1).padStart(8);
  return `${at} ms ${took} ms  ${"  ".repeat(depth)}${serviceOf(span)}: ${nameOf(span)}`;
}

const serviceOf = (span: ZipkinSpan) => span.localEndpoint?.serviceName ?? "";
const nameOf = (span: ZipkinSpan) => span.name ?? "";
