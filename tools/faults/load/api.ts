import { setTimeout as sleep } from "node:timers/promises";

export type Answer = {
  status: number;
  body: unknown;
  attempts: number;
  /** Milliseconds since 1970: before the first attempt, and when the answer was there. */
  sentAt: number;
  answeredAt: number;
};
export type Request = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
};
export type Api = { ask(request: Request): Promise<Answer> };
/** Of all requests of a run: how many attempts, and what came of them (`200`, `refused`, `no answer in time`). */
export type Traffic = { requests: number; attempts: number; outcomes: Map<string, number> };

export const newTraffic = (): Traffic => ({ requests: 0, attempts: 0, outcomes: new Map() });

const attemptMs = 10_000;
const patienceMs = 100_000;

/** Repeats a request until it is answered for good, as a patient client does: no answer, 5xx and "still running" are not answers. */
export function createApi(base: string, headers: Record<string, string>, traffic: Traffic, halted?: AbortSignal): Api {
  const attempt = async ({ method, path, body, headers: own }: Request) => {
    traffic.attempts++;
    const outcome = await send(base + path, {
      method,
      headers: { ...headers, ...own, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(attemptMs),
    });
    const name = "status" in outcome ? String(outcome.status) : outcome.failure;
    traffic.outcomes.set(name, (traffic.outcomes.get(name) ?? 0) + 1);
    return outcome;
  };
  return {
    async ask(request) {
      traffic.requests++;
      const sentAt = Date.now();
      for (let attempts = 1; ; attempts++) {
        const outcome = await attempt(request);
        if ("status" in outcome && isFinal(outcome)) return { ...outcome, attempts, sentAt, answeredAt: Date.now() };
        halted?.throwIfAborted();
        if (Date.now() - sentAt > patienceMs)
          throw new Error(
            `${request.method} ${request.path} had no answer for ${patienceMs / 1_000} s: ${JSON.stringify(outcome)}`,
          );
        await sleep(Math.min(100 * attempts, 500));
      }
    },
  };
}

type Outcome = { status: number; body: unknown } | { failure: string };

async function send(url: string, init: RequestInit): Promise<Outcome> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : parse(text) };
  } catch (error) {
    return { failure: error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : "no connection" };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isFinal = ({ status, body }: { status: number; body: unknown }) =>
  status < 500 && status !== 429 && !(status === 409 && codeOf(body) === "idempotency_key_running");

export const codeOf = (body: unknown) =>
  typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
