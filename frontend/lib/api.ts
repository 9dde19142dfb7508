import type { Problem } from "@tend/contracts";

/** The server's answer in its own words; `errors` names the fields. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { path: string; message: string }[];
  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail || problem.title || `The server answered ${status}. Try again in a moment.`);
    this.status = status;
    this.code = problem.code ?? "";
    this.errors = problem.errors ?? [];
  }
  field(path: string) {
    return this.errors.find((error) => error.path === path || error.path.endsWith(`.${path}`))?.message;
  }
}

export class Offline extends Error {
  constructor() {
    super("Tend cannot be reached. Check your connection; nothing was changed.");
  }
}

type Query = Record<string, string | number | boolean | undefined | null>;
export type Call = { method?: string; query?: Query; body?: unknown; signal?: AbortSignal };

export function address(path: string, query: Query = {}) {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

let isLeaving = false;

/** A whole new page, so that nothing of the account stays in memory. Only the first call counts: others would break it off. */
export function leaveForSignIn(next?: string) {
  if (isLeaving) return;
  isLeaving = true;
  location.assign(next ? `/sign-in?next=${encodeURIComponent(next)}` : "/sign-in");
}

async function send(url: string, { method = "GET", body, signal }: Call): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Offline();
  }
}

/** Calls `/api/v1` of the same origin. The caller names the shape, which the contract guarantees. */
export async function api<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(address(`/api/v1${path}`, call.query), call);
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  if (response.status === 401) leaveForSignIn(location.pathname + location.search);
  throw new Refused(response.status, (answer ?? {}) as Partial<Problem>);
}

/** Accounts answer in better-auth's shape: `{ code, message }`. */
export async function auth<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(`/api/auth${path}`, call);
  const answer = (await response.json().catch(() => null)) as { message?: string; detail?: string } & Partial<Problem>;
  if (response.ok) return answer as T;
  throw new Refused(response.status, { ...answer, detail: answer?.detail ?? answer?.message });
}
