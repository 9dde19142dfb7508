import { setTimeout as sleep } from "node:timers/promises";
import type { DaprClient } from "@dapr/dapr";
import { createStateStore, type StateStore } from "./dapr-state.ts";
import { currentTraceparent } from "./trace.ts";

export type DaprOptions = {
  endpoint: string;
  apiToken: string /** Of every call that names none; default 5,000. */;
  timeoutMs?: number;
};
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type InvokeOptions = {
  body?: unknown;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  timeoutMs?: number;
};
/** `body` is parsed where the answer is JSON, else the text; undefined when there is none. */
export type Answer = { status: number; body: unknown; headers: Headers };
export type CloudEvent = {
  id: string;
  type: string;
  source: string;
  time: string;
  subject?: string;
  data: unknown;
  traceparent?: string;
};
export type PublishEntry = { entryId: string; event: CloudEvent; partitionKey?: string };

/** The sidecar did not do what was asked: `status` 0 when it could not be reached or did not answer in time. */
export class DaprError extends Error {
  override readonly name = "DaprError";
  readonly status: number;
  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export type Dapr = {
  /** The secret's value, null where the store has none. */
  getSecret(name: string): Promise<string | null>;
  publish(topic: string, event: CloudEvent, partitionKey?: string): Promise<void>;
  /** Ids of the entries that were not taken; throws when none can have been. Keep a call below 1 MiB. */
  publishBulk(topic: string, entries: PublishEntry[]): Promise<string[]>;
  /** Another service's answer, whatever its status; throws only when there was none. */
  invoke(appId: string, method: Method, path: string, options?: InvokeOptions): Promise<Answer>;
  state: StateStore;
  /** Can the sidecar reach its components? Throws if not. */
  checkOutbound(): Promise<void>;
  /** Waits for a sidecar that is starting. */
  waitUntilReady(signal: AbortSignal, seconds?: number): Promise<void>;
};

const pubsub = "pubsub";
const secretStore = "secret-store";

export type Call = (method: Method, path: string, options?: InvokeOptions) => Promise<Answer>;

function createCall({ endpoint, apiToken, timeoutMs = 5_000 }: DaprOptions): Call {
  return async (method, path, options = {}) => {
    const url = new URL(`${endpoint}/v1.0${path}`);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { "dapr-api-token": apiToken, ...options.headers };
    const traceparent = currentTraceparent();
    if (traceparent) headers.traceparent ??= traceparent;
    if (options.body !== undefined) headers["content-type"] ??= "application/json";
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(options.timeoutMs ?? timeoutMs),
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      return { status: response.status, body: parseBody(await response.text()), headers: response.headers };
    } catch (error) {
      throw new DaprError(`${method} ${path}: ${reasonOf(error)}`, 0, error);
    }
  };
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? `${error.message} (${cause.code})` : error.message;
}

const silent = { error() {}, warn() {}, info() {}, verbose() {}, debug() {} };

// Loaded on first use: the package brings gRPC and Express with it, 0.3 s and 60 MB.
async function connectSdk({ endpoint, apiToken }: DaprOptions): Promise<DaprClient> {
  const { CommunicationProtocolEnum, DaprClient } = await import("@dapr/dapr");
  const { protocol, hostname, port } = new URL(endpoint);
  return new DaprClient({
    daprHost: `${protocol}//${hostname}`,
    daprPort: port || (protocol === "https:" ? "443" : "80"),
    daprApiToken: apiToken,
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    logger: { service: silent },
  });
}

/** The SDK has no timeouts of its own. */
async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  const cancel = new AbortController();
  const late = sleep(ms, undefined, { signal: cancel.signal }).then(() => {
    throw new DaprError(`${what}: no answer in time`, 0);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel.abort();
  }
}

/** The SDK puts the HTTP status into the message, as JSON. */
function sdkError(error: unknown, what: string): DaprError {
  if (error instanceof DaprError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const parsed = parseBody(message);
  const status = typeof parsed === "object" && parsed !== null && "status" in parsed ? Number(parsed.status) : 0;
  return new DaprError(`${what}: ${status ? `status ${status}` : message}`, status, error);
}

export function createDapr(options: DaprOptions): Dapr {
  const call = createCall(options);
  const timeoutMs = options.timeoutMs ?? 5_000;
  let sdk: Promise<DaprClient> | undefined;
  const connected = () => (sdk ??= connectSdk(options));

  async function getSecret(name: string) {
    const what = `secret ${name}`;
    try {
      const client = await connected();
      const found = (await within(client.secret.get(secretStore, name), timeoutMs, what)) as Record<string, unknown>;
      const value = found[name] ?? Object.values(found)[0];
      return typeof value === "string" && value !== "" ? value : null;
    } catch (error) {
      const failure = sdkError(error, what);
      if (failure.status === 500 || failure.status === 404 || failure.status === 204) return null;
      throw failure;
    }
  }

  async function publish(topic: string, event: CloudEvent, partitionKey?: string) {
    const client = await connected();
    const publishing = client.pubsub.publish(pubsub, topic, toEnvelope(event), {
      contentType: "application/cloudevents+json",
      ...(partitionKey ? { metadata: { partitionKey } } : {}),
    });
    const { error } = await within(publishing, timeoutMs, `publish to ${topic}`);
    if (error) throw sdkError(error, `publish to ${topic}`);
  }

  return {
    getSecret,
    publish,
    publishBulk: (topic, entries) => publishBulk(call, topic, entries),
    invoke: (appId, method, path, invocation) => call(method, `/invoke/${appId}/method${path}`, invocation),
    state: createStateStore(call),
    async checkOutbound() {
      const { status } = await call("GET", "/healthz/outbound", { timeoutMs: 2_000 });
      if (status >= 300) throw new DaprError("the sidecar cannot reach its components", status);
    },
    waitUntilReady: (signal, seconds) => waitUntilReady(call, signal, seconds),
  };
}

const toEnvelope = (event: CloudEvent) => ({ specversion: "1.0", datacontenttype: "application/json", ...event });

/** Not through the SDK, whose bulk publish calls the alpha path. */
async function publishBulk(call: Call, topic: string, entries: PublishEntry[]): Promise<string[]> {
  if (entries.length === 0) return [];
  const body = entries.map(({ entryId, event, partitionKey }) => ({
    entryId,
    event: toEnvelope(event),
    contentType: "application/cloudevents+json",
    ...(partitionKey ? { metadata: { partitionKey } } : {}),
  }));
  const answer = await call("POST", `/publish/bulk/${pubsub}/${topic}`, { body, timeoutMs: 15_000 });
  if (answer.status < 300) return [];
  const failed =
    typeof answer.body === "object" && answer.body !== null ? Reflect.get(answer.body, "failedEntries") : undefined;
  if (Array.isArray(failed) && failed.length > 0)
    return failed.map((entry) => String(Reflect.get(Object(entry), "entryId")));
  throw new DaprError(`bulk publish to ${topic}: status ${answer.status}`, answer.status);
}

async function waitUntilReady(call: Call, signal: AbortSignal, seconds = 30) {
  const end = Date.now() + seconds * 1_000;
  for (let pause = 25; ; pause = Math.min(pause * 2, 500)) {
    const status = await call("GET", "/healthz/outbound", { timeoutMs: 2_000 }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status >= 200 && status < 300) return;
    if (status === 401) throw new DaprError("the sidecar refused DAPR_API_TOKEN", 401);
    if (Date.now() + pause > end) throw new DaprError(`the sidecar was not ready within ${seconds} s`, status);
    await sleep(pause, undefined, { signal });
  }
}
