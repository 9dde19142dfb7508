import { currentTraceparent } from "./trace.ts";

export type DaprOptions = {
  endpoint: string;
  apiToken: string /** Of every call that names none; default 5,000. */;
  timeoutMs?: number;
};
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type InvokeOptions = {
  body?: unknown;
  /** Instead of `body`, when that is there as text. */
  json?: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  timeoutMs?: number;
};
/** `body` is parsed where the answer is JSON, else the text; undefined when there is none. */
export type Answer = { status: number; body: unknown; headers: Headers };

/** The sidecar did not do what was asked: `status` 0 when it could not be reached or did not answer in time. */
export class DaprError extends Error {
  override readonly name = "DaprError";
  readonly status: number;
  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export type Call = (method: Method, path: string, options?: InvokeOptions) => Promise<Answer>;

export function createCall({ endpoint, apiToken, timeoutMs = 5_000 }: DaprOptions): Call {
  return async (method, path, options = {}) => {
    const url = new URL(`${endpoint}/v1.0${path}`);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { "dapr-api-token": apiToken, ...options.headers };
    const traceparent = currentTraceparent();
    if (traceparent) headers.traceparent ??= traceparent;
    const text = options.json ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (text !== undefined) headers["content-type"] ??= "application/json";
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(options.timeoutMs ?? timeoutMs),
        ...(text === undefined ? {} : { body: text }),
      });
      return { status: response.status, body: parseBody(await response.text()), headers: response.headers };
    } catch (error) {
      throw new DaprError(`${method} ${path}: ${reasonOf(error)}`, 0, error);
    }
  };
}

export function parseBody(text: string): unknown {
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
