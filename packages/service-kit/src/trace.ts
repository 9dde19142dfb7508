import { AsyncLocalStorage } from "node:async_hooks";
import { randomHex } from "./random.ts";

export type Trace = { traceId: string; spanId: string; sampled: boolean };

const storage = new AsyncLocalStorage<Trace>();
const shape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Dapr sends all zeros when its own tracing is off: that is no trace. */
export function parseTraceparent(value: unknown): Trace | null {
  const parts = typeof value === "string" ? shape.exec(value) : null;
  if (!parts?.[1] || !parts[2] || !parts[3] || /^0+$/.test(parts[1]) || /^0+$/.test(parts[2])) return null;
  return { traceId: parts[1], spanId: parts[2], sampled: (Number.parseInt(parts[3], 16) & 1) === 1 };
}

/** A child of what came in, or a new trace. */
export function continueTrace(traceparent: unknown): Trace {
  const parent = parseTraceparent(traceparent);
  const spanId = randomHex(8);
  return parent
    ? { traceId: parent.traceId, spanId, sampled: parent.sampled }
    : { traceId: randomHex(16), spanId, sampled: true };
}

export const formatTraceparent = ({ traceId, spanId, sampled }: Trace) =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

export const currentTrace = () => storage.getStore();

/** The header to send on, and to store with an event or a job; undefined outside any request. */
export function currentTraceparent(): string | undefined {
  const trace = storage.getStore();
  return trace && formatTraceparent(trace);
}

export const inTrace = <T>(trace: Trace, work: () => T): T => storage.run(trace, work);
