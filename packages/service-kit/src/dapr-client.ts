import { setTimeout as sleep } from "node:timers/promises";
import type { DaprClient } from "@dapr/dapr";
import {
  type Answer,
  type Call,
  createCall,
  DaprError,
  type DaprOptions,
  type InvokeOptions,
  type Method,
  parseBody,
} from "./dapr-call.ts";
import { createStateStore, type StateStore } from "./dapr-state.ts";
import { askForRefusals, statusOf } from "./refusals.ts";

export type CloudEvent = {
  id: string;
  type: string;
  source: string;
  time: string;
  subject?: string;
  data: unknown;
  traceparent?: string;
};
export type PublishEntry = {
  entryId: string;
  /** A whole CloudEvent as JSON, passed on as it is. */
  event: string;
  /** Its own, if it has one. */
  traceparent: string | null;
  partitionKey: string;
};

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
    async invoke(appId, method, path, invocation) {
      const headers = { ...askForRefusals, ...invocation?.headers };
      const answer = await call(method, `/invoke/${appId}/method${path}`, { ...invocation, headers });
      return { ...answer, status: statusOf(answer) };
    },
    state: createStateStore(call),
    async checkOutbound() {
      const { status } = await call("GET", "/healthz/outbound", { timeoutMs: 2_000 });
      if (status >= 300) throw new DaprError("the sidecar cannot reach its components", status);
    },
    waitUntilReady: (signal, seconds) => waitUntilReady(call, signal, seconds),
  };
}

// The sidecar puts its own call's trace into an event that has no `traceid`.
const toEnvelope = (event: CloudEvent) => ({
  specversion: "1.0",
  datacontenttype: "application/json",
  ...(event.traceparent ? { traceid: event.traceparent } : {}),
  ...event,
});

function toBulkEntry({ entryId, event, traceparent, partitionKey }: PublishEntry): string {
  const rest = { entryId, contentType: "application/cloudevents+json", metadata: { partitionKey } };
  const traced = traceparent ? `{"traceid":${JSON.stringify(traceparent)},${event.slice(1)}` : event;
  return `${JSON.stringify(rest).slice(0, -1)},"event":${traced}}`;
}

/** Not through the SDK, whose bulk publish calls the alpha path. */
async function publishBulk(call: Call, topic: string, entries: PublishEntry[]): Promise<string[]> {
  if (entries.length === 0) return [];
  const json = `[${entries.map(toBulkEntry).join()}]`;
  const answer = await call("POST", `/publish/bulk/${pubsub}/${topic}`, { json, timeoutMs: 15_000 });
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
