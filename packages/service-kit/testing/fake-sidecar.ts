import { randomBytes, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import type { Env } from "../src/config.ts";
import type { RunningService, Service } from "../src/service.ts";

export type Invocation = { appId: string; method: string; path: string; query: URLSearchParams; body: unknown };
export type FakeAnswer = { status: number; body?: unknown };
export type FakeSidecar = {
  endpoint: string;
  env: Env;
  secrets: Record<string, string>;
  state: Map<string, unknown>;
  invocations: Invocation[];
  /** What other services answer; a test sets it. */
  answer: (invocation: Invocation) => FakeAnswer | Promise<FakeAnswer>;
  close(): Promise<void>;
};

const token = () => randomBytes(16).toString("hex");

/** The network's other side: secrets, state and invocation as the sidecar's HTTP API has them. */
export async function startFakeSidecar(secrets: Record<string, string>): Promise<FakeSidecar> {
  const apiToken = token();
  const server = Fastify({ forceCloseConnections: true });
  const sidecar: Fake = { secrets, state: new Map(), invocations: [], answer: () => ({ status: 404 }) };
  server.addHook("onRequest", async (request, reply) => {
    if (request.headers["dapr-api-token"] !== apiToken) return reply.code(401).send();
  });
  server.get("/v1.0/metadata", async () => ({ id: "fake" }));
  server.get("/v1.0/healthz/outbound", async (_request, reply) => reply.code(204).send());
  server.get<{ Params: { name: string } }>("/v1.0/secrets/secret-store/:name", async ({ params: { name } }, reply) => {
    const value = secrets[name];
    return value === undefined ? reply.code(500).send({ errorCode: "ERR_SECRET_GET" }) : { [name]: value };
  });
  keepState(server, sidecar);
  passInvocations(server, sidecar);
  await server.listen({ host: "127.0.0.1", port: 0 });
  const endpoint = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const env = {
    APP_PORT: "0",
    DAPR_HTTP_ENDPOINT: endpoint,
    DAPR_API_TOKEN: apiToken,
    APP_API_TOKEN: token(),
    PUBLIC_URL: "http://localhost:3000",
    LOG_LEVEL: "silent",
  };
  return Object.assign(sidecar, { endpoint, env, close: () => server.close() });
}

type Fake = Omit<FakeSidecar, "endpoint" | "env" | "close">;

type StateItem = { key: string; value: unknown; etag?: string };

function keepState(server: FastifyInstance, { state }: Fake) {
  const etags = new Map<string, string>();
  server.post<{ Body: StateItem[] }>("/v1.0/state/statestore", async ({ body }, reply) => {
    if (body.some(({ key, etag }) => etag !== undefined && etags.get(key) !== etag)) return reply.code(409).send();
    for (const { key, value } of body) {
      state.set(key, value);
      etags.set(key, randomUUID());
    }
    return reply.code(204).send();
  });
  server.get<{ Params: { key: string } }>("/v1.0/state/statestore/:key", async ({ params: { key } }, reply) =>
    state.has(key) ? reply.header("etag", etags.get(key)).send(state.get(key)) : reply.code(204).send(),
  );
  server.delete<{ Params: { key: string } }>("/v1.0/state/statestore/:key", async ({ params: { key } }, reply) => {
    state.delete(key);
    etags.delete(key);
    return reply.code(204).send();
  });
}

function passInvocations(server: FastifyInstance, sidecar: Fake) {
  server.all<{ Params: { appId: string; "*": string } }>("/v1.0/invoke/:appId/method/*", async (request, reply) => {
    const { appId, "*": path } = request.params;
    const query = new URL(request.url, "http://sidecar").searchParams;
    const invocation = { appId, method: request.method, path: `/${path}`, query, body: request.body };
    sidecar.invocations.push(invocation);
    const { status, body } = await sidecar.answer(invocation);
    return reply.code(status).send(body);
  });
}

export type Caller = {
  request(method: string, path: string, options?: CallOptions): Promise<{ status: number; body: unknown }>;
};
type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  from?: string /** Without the token. */;
  outside?: boolean;
};

/** Speaks to a started service as its sidecar does. */
export function callerOf(running: RunningService, env: Env): Caller {
  return {
    async request(method, path, { body, headers = {}, from, outside } = {}) {
      const response = await fetch(`http://127.0.0.1:${running.port}${path}`, {
        method,
        headers: {
          ...(outside ? {} : { "dapr-api-token": env.APP_API_TOKEN ?? "" }),
          ...(from ? { "dapr-caller-app-id": from } : {}),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text,
      };
    },
  };
}

/** Starts the real service against a fake sidecar. */
export async function startForTest(service: Service, sidecar: FakeSidecar, env: Env = {}) {
  const all = { ...sidecar.env, ...env };
  const running = await service.start(all);
  return { running, ...callerOf(running, all) };
}
