import { randomUUID } from "node:crypto";
import { type AppAnswer, type AppChannel, AppUnreachable } from "../app-channel.ts";
import { messageOf } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { Subscription } from "../resources/subscription.ts";
import { childOf } from "../traceparent.ts";
import { isExpired } from "./envelope.ts";
import type { Message } from "./partition.ts";

export type Verdict =
  | { outcome: "success" }
  | { outcome: "drop"; reason: string }
  /** `counts` is false when the app took nothing. `status` is an HTTP status, where there was one. */
  | { outcome: "retry"; reason: string; counts: boolean; status: number | null };

export interface Deliverer {
  channel: AppChannel;
  subscription: Subscription;
  /** Milliseconds a handler may take; null is no limit. */
  timeout: number | null;
  metrics: Metrics;
}

type Source = { topic: string; partition: number };

const success: Verdict = { outcome: "success" };

/** Hands messages of one partition to the app, and says for each what came of it. */
export async function deliver(deliverer: Deliverer, source: Source, messages: Message[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = new Array(messages.length);
  const byPath = new Map<string, number[]>();
  messages.forEach((message, index) => {
    const path = isExpired(message.body) ? null : findPath(deliverer.subscription, message.body);
    if (path === null) verdicts[index] = { outcome: "drop", reason: "expired, or no route matches" };
    else byPath.set(path, [...(byPath.get(path) ?? []), index]);
  });
  for (const [path, indexes] of byPath) {
    const chosen = indexes.map((index) => messages[index]!);
    const bulk = deliverer.subscription.bulk !== null;
    const judged = await timed(deliverer, source.topic, () =>
      bulk ? deliverBulk(deliverer, source, path, chosen) : deliverOne(deliverer, source, path, chosen[0]!),
    );
    indexes.forEach((index, at) => {
      verdicts[index] = judged[at]!;
    });
  }
  return verdicts;
}

async function timed<T>({ channel, metrics }: Deliverer, topic: string, work: () => Promise<T>): Promise<T> {
  const stop = metrics.handling.startTimer({ app_id: channel.appId, topic });
  try {
    return await work();
  } finally {
    stop();
  }
}

function findPath({ rules }: Subscription, body: string): string | null {
  const first = rules[0]!;
  if (first.type === null) return first.path;
  const { type } = JSON.parse(body) as { type?: unknown };
  return rules.find((rule) => rule.type === null || rule.type === type)?.path ?? null;
}

async function deliverOne(deliverer: Deliverer, source: Source, path: string, message: Message): Promise<Verdict[]> {
  const { channel, subscription, timeout } = deliverer;
  const headers = {
    "content-type": "application/cloudevents+json",
    ...recordHeaders(message, source),
    pubsubname: subscription.pubsub,
    traceparent: childOf(message.headers.traceparent),
  };
  try {
    const answer = await channel.request({ method: "POST", path, headers, body: message.body, timeout });
    return [judge(answer)];
  } catch (error) {
    return [unreachable(error)];
  }
}

function judge({ status, body }: AppAnswer): Verdict {
  if (status >= 200 && status <= 299) return judgeStatus(readStatus(body));
  if (status === 404) return { outcome: "drop", reason: "the app answered 404" };
  return { outcome: "retry", reason: `the app answered ${status}`, counts: true, status };
}

function judgeStatus(status: unknown): Verdict {
  if (status === undefined || status === "" || status === "SUCCESS") return success;
  if (status === "DROP") return { outcome: "drop", reason: "the app answered DROP" };
  return { outcome: "retry", reason: `the app answered ${status}`, counts: true, status: null };
}

/** What cannot be read counts as no status. */
function readStatus(body: string): unknown {
  if (body === "") return undefined;
  try {
    return (JSON.parse(body) as { status?: unknown } | null)?.status;
  } catch {
    return undefined;
  }
}

function unreachable(error: unknown): Verdict {
  const counts = !(error instanceof AppUnreachable && error.refused);
  return { outcome: "retry", reason: messageOf(error), counts, status: null };
}

async function deliverBulk(
  deliverer: Deliverer,
  source: Source,
  path: string,
  messages: Message[],
): Promise<Verdict[]> {
  const { channel, subscription, timeout } = deliverer;
  const entries = messages.map((message) => bulkEntry(message, source));
  const rest = JSON.stringify({
    id: randomUUID(),
    metadata: { pubsubName: subscription.pubsub },
    pubsubname: subscription.pubsub,
    topic: source.topic,
    type: "com.dapr.event.sent.bulk",
  });
  const body = `{"entries":[${entries.join(",")}],${rest.slice(1)}`;
  const headers = {
    "content-type": "application/json",
    pubsubname: subscription.pubsub,
    traceparent: childOf(messages[0]!.headers.traceparent),
  };
  try {
    const answer = await channel.request({ method: "POST", path, headers, body, timeout });
    return judgeBulk(answer, source, messages);
  } catch (error) {
    const verdict = unreachable(error);
    return messages.map(() => verdict);
  }
}

function entryId({ partition }: Source, { offset }: Message): string {
  return `${partition}-${offset}`;
}

/** The event goes in as it is stored, unparsed. */
function bulkEntry(message: Message, source: Source): string {
  const rest = JSON.stringify({
    entryId: entryId(source, message),
    contentType: "application/cloudevents+json",
    metadata: recordHeaders(message, source),
  });
  return `{"event":${message.body},${rest.slice(1)}`;
}

function judgeBulk({ status, body }: AppAnswer, source: Source, messages: Message[]): Verdict[] {
  const all = (verdict: Verdict) => messages.map(() => verdict);
  // daprd acknowledges a whole batch that is answered 404, without a dead letter.
  if (status === 404) return all(success);
  const retry = (reason: string): Verdict => ({ outcome: "retry", reason, counts: true, status });
  if (status < 200 || status > 299) return all(retry(`the app answered ${status}`));
  let statuses: unknown;
  try {
    statuses = (JSON.parse(body) as { statuses?: unknown } | null)?.statuses;
  } catch {
    return all(retry("the answer to a bulk delivery is not JSON"));
  }
  const given = new Map<unknown, unknown>();
  if (Array.isArray(statuses)) for (const entry of statuses) given.set(entry?.entryId, entry?.status);
  return messages.map((message) => {
    const verdict = given.get(entryId(source, message));
    return verdict === undefined || verdict === ""
      ? retry("the answer names no status for the entry")
      : judgeStatus(verdict);
  });
}

/** Kafka's metadata of a message, as daprd sends it along. Characters that HTTP does not allow are percent-encoded. */
function recordHeaders(message: Message, { topic, partition }: Source): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (/^[A-Za-z0-9._-]+$/.test(name)) headers[name] = printable(value);
  }
  headers.__topic = topic;
  headers.__partition = String(partition);
  headers.__offset = String(message.offset);
  headers.__timestamp = String(message.publishedAt);
  if (message.key !== null) headers.__key = printable(message.key);
  return headers;
}

function printable(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}
