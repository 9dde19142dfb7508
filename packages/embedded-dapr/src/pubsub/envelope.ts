import { randomUUID } from "node:crypto";
import { DaprError } from "../errors.ts";

export interface Publication {
  appId: string;
  pubsub: string;
  topic: string;
  contentType: string;
  data: Buffer;
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
  let event: unknown;
  try {
    event = JSON.parse(data.toString());
  } catch {
    throw new DaprError(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent");
  }
  if (event === null || typeof event !== "object" || Array.isArray(event)) {
    throw new DaprError(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent");
  }
  const given = event as Record<string, unknown>;
  const trace = "traceid" in given ? {} : { traceid: traceparent, traceparent };
  return {
    time: now(),
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

function content(contentType: string, data: Buffer): Record<string, unknown> {
  if (isMediaType(contentType, "application/octet-stream")) return { data_base64: data.toString("base64") };
  if (isMediaType(contentType, "application/json")) {
    try {
      return { data: JSON.parse(data.toString()) };
    } catch {
      // daprd passes on what is not JSON as a string.
    }
  }
  return { data: data.toString() };
}

export function isExpired(body: string): boolean {
  if (!body.includes('"expiration":')) return false;
  const { expiration } = JSON.parse(body) as { expiration?: unknown };
  return typeof expiration === "string" && Date.parse(expiration) < Date.now();
}
