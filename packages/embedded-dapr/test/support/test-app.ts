import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { freePort } from "../../../../tools/launcher/free-port.ts";

export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

export type Handler = (request: Received) => Answer | undefined | Promise<Answer | undefined>;

/** A small app that a sidecar talks to; tests script its answers and read what came. */
export class TestApp {
  readonly appId: string;
  readonly apiToken = randomBytes(16).toString("hex");
  readonly appApiToken = randomBytes(16).toString("hex");
  readonly received: Received[] = [];
  readonly inFlight = new Set<Received>();
  subscriptions: unknown[] = [];
  isReady = true;
  isLive = true;
  port = 0;
  readonly #handlers = new Map<string, Handler>();
  #server: Server | null = null;

  constructor(appId: string) {
    this.appId = appId;
  }

  on(path: string, handler: Handler): void {
    this.#handlers.set(path, handler);
  }

  at(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  /** The parsed bodies that came to a path. */
  events(path: string): CloudEvent[] {
    return this.at(path).map(({ body }) => JSON.parse(body));
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => {
        body += chunk;
      });
      request.on("end", async () => {
        const url = new URL(request.url!, "http://app");
        const { method, headers } = request;
        const came = { method: method!, path: url.pathname, query: url.searchParams, headers, body, at: Date.now() };
        this.inFlight.add(came);
        const answer = (await this.#answer(came)) ?? {};
        this.inFlight.delete(came);
        // A probe on a connection that is kept would keep it open for ever.
        if (this.#server !== server) response.setHeader("connection", "close");
        response.writeHead(answer.status ?? 200, answer.headers ?? {}).end(answer.body);
      });
    });
    this.#server = server;
    // Not one of those that outgoing connections are given: it must be free again when the app comes back.
    this.port ||= await freePort();
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    return this;
  }

  /** Takes nothing new, finishes what it has, and closes. */
  async leave(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await closed;
  }

  /** Breaks every connection, like a kill. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  #answer(request: Received): ReturnType<Handler> {
    if (request.path === "/health/ready") return { status: this.isReady ? 200 : 503 };
    if (request.path === "/health/live") return { status: this.isLive ? 200 : 503 };
    if (request.path === "/dapr/config") return { status: 404 };
    if (request.path === "/dapr/subscribe") {
      return { headers: { "content-type": "application/json" }, body: JSON.stringify(this.subscriptions) };
    }
    this.received.push(request);
    return this.#handlers.get(request.path)?.(request);
  }
}

export interface CloudEvent {
  id?: string;
  type: string;
  source: string;
  subject?: string;
  topic: string;
  pubsubname: string;
  specversion: string;
  datacontenttype?: string;
  time: string;
  traceparent: string;
  data?: unknown;
  data_base64?: string;
}
