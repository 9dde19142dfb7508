import { randomUUID } from "node:crypto";
import { DaprError } from "../errors.ts";

export interface Publication {
  appId: string;
  pubsub: string;
  topic: string;
  contentType: string;
  /** Bytes as they came, or, inside a bulk, what is parsed already. */
  data: Buffer | { parsed: unknown };
  /** `metadata.*` of the query. */
  metadata: Record<string, string>;
  traceparent: string;
}

/** Exactly the media type, in any case and with any parameter. */
export function isMediaType(contentType: string, expected: string): boolean {
  return contentType.split(";", 1)[0]!.toLowerCase() === expected;
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** The CloudEvent as JSON: an event of the app's own is completed, anything else is wrapped, both as daprd does. */
export function toCloudEvent(publication: Publication): string {
  const { contentType, metadata } = publication;
  const event = isMediaType(contentType, "application/cloudevents+json") ? complete(publication) : wrap(publication);
  const ttl = metadata.ttlInSeconds;
  if (ttl !== undefined && /^\d+$/.test(ttl)) {
    event.expiration = `${new Date(Date.now() + Number(ttl) * 1_000).toISOString().slice(0, 19)}Z`;
  }
  return JSON.stringify(event);
}

function complete({ data, pubsub, topic, traceparent }: Publication): Record<string, unknown> {
  const event = parse(data);
  if (event === undefined || event === null || typeof event !== "object" || Array.isArray(event)) {
    throw new DaprError(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent");
  }
  const given = event as Record<string, unknown>;
  const trace = "traceid" in given ? {} : { traceid: traceparent, traceparent };
  return {
    ...("time" in given ? {} : { time: now() }),
    tracestate: "",
    ...given,
    ...trace,
    topic,
    pubsubname: pubsub,
    source: given.source ?? "Dapr",
    type: given.type ?? "com.dapr.event.sent",
    specversion: given.specversion ?? "1.0",
  };
}

function wrap({
  appId,
  pubsub,
  topic,
  contentType,
  data,
  metadata,
  traceparent,
}: Publication): Record<string, unknown> {
  const overrides = new Map(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
  const trace = overrides.get("cloudevent.traceparent") ?? overrides.get("cloudevent.traceid") ?? traceparent;
  const subject = overrides.get("cloudevent.subject");
  return {
    ...content(contentType, data),
    datacontenttype: contentType || "text/plain",
    id: overrides.get("cloudevent.id") || randomUUID(),
    pubsubname: pubsub,
    source: overrides.get("cloudevent.source") || appId,
    specversion: "1.0",
    ...(subject ? { subject } : {}),
    time: now(),
    topic,
    traceid: trace,
    traceparent: trace,
    tracestate: overrides.get("cloudevent.tracestate") ?? "",
    type: overrides.get("cloudevent.type") || "com.dapr.event.sent",
  };
}

function content(contentType: string, data: Publication["data"]): Record<string, unknown> {
  if (!Buffer.isBuffer(data)) return { data: data.parsed };
  if (isMediaType(contentType, "application/octet-stream")) return { data_base64: data.toString("base64") };
  const parsed = isMediaType(contentType, "application/json") ? parse(data) : undefined;
  // What should be JSON and is not goes on as a string.
  return { data: parsed === undefined ? data.toString() : parsed };
}

function parse(data: Publication["data"]): unknown {
  if (!Buffer.isBuffer(data)) return data.parsed;
  try {
    return JSON.parse(data.toString());
  } catch {
    return undefined;
  }
}

export function isExpired(body: string): boolean {
  if (!body.includes('"expiration":')) return false;
  const { expiration } = JSON.parse(body) as { expiration?: unknown };
  return typeof expiration === "string" && Date.parse(expiration) < Date.now();
}
