import { readFileSync } from "node:fs";
import { setting } from "./fixtures.ts";

export type LogLine = { service: string; msg: string; trace_id?: string; request_id?: string };

/** What the services have logged so far; the launcher's lines for people and one half-written are left out. */
export const logLines = (): LogLine[] =>
  readFileSync(setting("JOURNEY_LOG"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line));

export const traceOf = (requestId: string | undefined): string | undefined =>
  logLines().find((line) => line.request_id === requestId)?.trace_id;

/** The services that have logged something in a trace. */
export const servicesIn = (traceId: string | undefined): string[] => [
  ...new Set(logLines().flatMap((line) => (traceId && line.trace_id === traceId ? [line.service] : []))),
];
