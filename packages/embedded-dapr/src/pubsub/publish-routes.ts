import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AppContext } from "../app-context.ts";
import { DaprError, messageOf } from "../errors.ts";
import { childOf } from "../traceparent.ts";
import { isMediaType, toCloudEvent } from "./envelope.ts";
import type { Entry } from "./log.ts";
import { isTopicAllowed } from "./topic-scopes.ts";

type Target = { Params: { pubsub: string; "*": string }; Body: Buffer | undefined };
type BulkEntry = { entryId?: string; event?: unknown; contentType?: string; metadata?: Record<string, string> };

export function publishRoutes(app: FastifyInstance, context: AppContext): void {
  app.post<Target>("/v1.0/publish/:pubsub/*", async (request, reply) => {
    const { pubsub, topic } = target(context, request);
    const metadata = queryMetadata(request);
    const traceparent = childOf(request.headers.traceparent);
    const body = toCloudEvent({
      appId: context.appId,
      pubsub,
      topic,
      contentType: request.headers["content-type"] ?? "",
      data: request.body ?? Buffer.alloc(0),
      metadata,
      traceparent,
    });
    await append(context, pubsub, topic, [toEntry(topic, body, metadata, traceparent)]);
    return reply.code(204).send();
  });

  for (const path of ["/v1.0/publish/bulk/:pubsub/*", "/v1.0-alpha1/publish/bulk/:pubsub/*"]) {
    app.post<Target>(path, async (request, reply) => {
      const { pubsub, topic } = target(context, request);
      const bulk = parseEntries(request, topic, pubsub);
      const entries = bulk.map((entry) => toBulkEntry(context, request, { pubsub, topic, entry }));
      const failed = await appendEach(context, pubsub, topic, entries);
      if (failed.size === 0) return reply.code(204).send();
      const failedEntries = [...failed].map(([index, error]) => ({ entryId: bulk[index]!.entryId, error }));
      return reply.code(500).send({ failedEntries, errorCode: "ERR_PUBSUB_PUBLISH_MESSAGE" });
    });
  }
}

function target({ pubsubs, appId }: AppContext, { params }: FastifyRequest<Target>): { pubsub: string; topic: string } {
  const { pubsub, "*": topic } = params;
  const component = pubsubs.get(pubsub);
  if (!component) throw new DaprError(404, "ERR_PUBSUB_NOT_FOUND", `pubsub ${pubsub} is not found`);
  if (topic === "") throw new DaprError(404, "ERR_TOPIC_NAME_EMPTY", `topic is empty in pubsub ${pubsub}`);
  if (!isTopicAllowed(component, "publishingScopes", { appId, topic })) {
    throw new DaprError(403, "ERR_PUBSUB_FORBIDDEN", `topic ${topic} is not allowed for app id ${appId}`);
  }
  // Kafka's rule for the names of topics.
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(topic)) {
    throw new DaprError(
      500,
      "ERR_PUBSUB_PUBLISH_MESSAGE",
      `error when publishing to topic ${topic} in pubsub ${pubsub}: invalid topic name`,
    );
  }
  return { pubsub, topic };
}

/** Which entries of a bulk could not be published, and why; the others are. */
async function appendEach(
  context: AppContext,
  pubsub: string,
  topic: string,
  entries: Entry[],
): Promise<Map<number, string>> {
  const failed = new Map<number, string>();
  const maxBytes = maxMessageBytes(context, pubsub);
  for (const [index, { body }] of entries.entries()) {
    if (isTooLarge(body, maxBytes)) failed.set(index, tooLarge);
  }
  const fitting = failed.size > 0 ? entries.filter((_, index) => !failed.has(index)) : entries;
  try {
    if (fitting.length > 0) await append(context, pubsub, topic, fitting);
  } catch (error) {
    for (const index of entries.keys()) if (!failed.has(index)) failed.set(index, messageOf(error));
  }
  return failed;
}

const tooLarge = "kafka server: Message was too large, server rejected it to avoid allocation error";

function maxMessageBytes({ pubsubs }: AppContext, pubsub: string): number {
  return Number(pubsubs.get(pubsub)?.metadata.get("maxmessagebytes") ?? 1_048_576);
}

/** A UTF-16 unit is at most three bytes, so most bodies need no counting. */
function isTooLarge(body: string, maxBytes: number): boolean {
  return body.length * 3 > maxBytes && Buffer.byteLength(body) > maxBytes;
}

async function append(context: AppContext, pubsub: string, topic: string, entries: Entry[]): Promise<void> {
  const labels = { app_id: context.appId, topic };
  try {
    const maxBytes = maxMessageBytes(context, pubsub);
    if (entries.some(({ body }) => isTooLarge(body, maxBytes))) throw new Error(tooLarge);
    await context.log.append(entries);
    context.metrics.published.inc(labels, entries.length);
  } catch (error) {
    context.metrics.refused.inc(labels, entries.length);
    const reason = `error when publishing to topic ${topic} in pubsub ${pubsub}: ${messageOf(error)}`;
    throw new DaprError(500, "ERR_PUBSUB_PUBLISH_MESSAGE", reason);
  }
}

function queryMetadata({ query }: FastifyRequest): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(query as Record<string, string | string[]>)) {
    if (name.startsWith("metadata.")) metadata[name.slice(9)] = Array.isArray(value) ? value[0]! : value;
  }
  return metadata;
}

function toEntry(topic: string, body: string, metadata: Record<string, string>, traceparent: string): Entry {
  const key = metadata.partitionKey ?? null;
  if (key?.includes("\0")) throw new DaprError(400, "ERR_PUBSUB_REQUEST_METADATA", "partitionKey has a NUL character");
  return { topic, key, headers: { ...metadata, traceparent }, body };
}

function parseEntries({ body }: FastifyRequest<Target>, topic: string, pubsub: string): BulkEntry[] {
  const invalid = (code: string, reason: string) =>
    new DaprError(400, code, `${reason} for topic ${topic} pubsub ${pubsub}`);
  let entries: unknown;
  try {
    entries = JSON.parse(body?.toString() ?? "");
  } catch (error) {
    throw invalid("ERR_PUBSUB_EVENTS_SER", `error when unmarshaling the request: ${messageOf(error)}`);
  }
  if (!Array.isArray(entries))
    throw invalid("ERR_PUBSUB_EVENTS_SER", "error when unmarshaling the request: not an array");
  const seen = new Set<unknown>();
  for (const entry of entries as BulkEntry[]) {
    const id = entry?.entryId;
    if (typeof id !== "string" || id === "" || seen.has(id)) {
      throw invalid(
        "ERR_PUBSUB_EVENTS_SER",
        "error marshaling events to bytes: entryId is duplicated or not present for entry",
      );
    }
    seen.add(id);
  }
  return entries as BulkEntry[];
}

type BulkTarget = { pubsub: string; topic: string; entry: BulkEntry };

function toBulkEntry(
  context: AppContext,
  request: FastifyRequest<Target>,
  { pubsub, topic, entry }: BulkTarget,
): Entry {
  const contentType = entry.contentType ?? "";
  const requested = queryMetadata(request);
  const traceparent = childOf(request.headers.traceparent);
  const body = toCloudEvent({
    appId: context.appId,
    pubsub,
    topic,
    contentType,
    data: toData(entry.event, contentType),
    metadata: entry.metadata ? { ...requested, ...entry.metadata } : {},
    traceparent,
  });
  // The Kafka component lets the request's metadata win over the entry's.
  return toEntry(topic, body, { ...entry.metadata, ...requested }, traceparent);
}

function toData(event: unknown, contentType: string): Buffer | { parsed: unknown } {
  if (isMediaType(contentType, "application/json") || isMediaType(contentType, "application/cloudevents+json")) {
    return { parsed: event ?? null };
  }
  if (typeof event !== "string") {
    throw new DaprError(
      400,
      "ERR_PUBSUB_EVENTS_SER",
      "error when marshalling cloud event envelope: unmatched content type",
    );
  }
  return Buffer.from(event, isMediaType(contentType, "application/octet-stream") ? "base64" : "utf8");
}
