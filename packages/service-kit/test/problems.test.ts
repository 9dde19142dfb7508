import { Due } from "@tend/contracts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createGuards, createLogger, createMetrics, createServer, createSpans, problem } from "../src/index.ts";

async function build() {
  const guards = createGuards("0123456789abcdef-token");
  const app = createServer({
    log: createLogger("test", "silent"),
    metrics: createMetrics("test"),
    spans: await createSpans("test", undefined),
    signal: new AbortController().signal,
    guards,
    checks: { broken: () => Promise.reject(new Error("secret detail")) },
  });
  const body = z.strictObject({
    title: z.string().min(1),
    due: Due.optional(),
    when: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: Due })]).optional(),
  });
  app.post("/things", { schema: { body } }, async (request) => request.body);
  app.get("/boom", async () => {
    throw new Error("secret detail");
  });
  app.get("/conflict", async () => {
    throw problem(409, "changed_since", "It changed.", { retryAfter: 3 });
  });
  app.get("/timeout", async () => {
    throw Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
  });
  app.get("/trace", async (request) => ({ trace: request.span.trace.traceId }));
  app.get("/internal", { onRequest: guards.onlyFrom(["todo-backend"]) }, async () => ({ ok: true }));
  app.post("/tick", { onRequest: guards.sidecarOnly }, async () => ({ ok: true }));
  return app;
}
const post = (payload: unknown, type = "application/json") => ({
  method: "POST" as const,
  url: "/things",
  headers: { "content-type": type },
  payload: typeof payload === "string" ? payload : JSON.stringify(payload),
});

describe("problems", () => {
  it("name every refused field, unknown ones too, by dotted path", async () => {
    const app = await build();
    const answer = await app.inject(post({ title: "", due: { date: "2026-02-30", more: 1 }, extra: true }));
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    const paths = answer.json().errors.map((error: { path: string }) => error.path);
    expect(new Set(paths)).toEqual(new Set(["title", "due.date", "due.more", "extra"]));
  });
  it("look into the nearest branch of a union", async () => {
    const app = await build();
    const answer = await app.inject(post({ title: "x", when: { b: { date: "nope" } } }));
    expect(answer.json().errors[0].path).toBe("when.b.date");
  });
  it("answer 415, 413 and unreadable JSON without a stack", async () => {
    const app = await build();
    expect((await app.inject(post("a=1", "application/x-www-form-urlencoded"))).statusCode).toBe(415);
    expect((await app.inject(post({ title: "x".repeat(1_100_000) }))).statusCode).toBe(413);
    const broken = await app.inject(post("{"));
    expect([broken.statusCode, broken.json().code]).toEqual([400, "invalid"]);
    expect((await app.inject(post('{"__proto__":{"a":1},"title":"x"}'))).statusCode).toBe(400);
    expect((await app.inject({ method: "GET", url: "/%zz" })).headers["content-type"]).toContain("problem+json");
  });
  it("show nothing of what went wrong inside", async () => {
    const app = await build();
    for (const url of ["/boom", "/health", "/timeout"])
      expect((await app.inject(url)).body).not.toMatch(/secret|statement/);
    const timeout = await app.inject("/timeout");
    expect([timeout.statusCode, timeout.headers["retry-after"]]).toEqual([503, "2"]);
    expect((await app.inject("/boom")).statusCode).toBe(500);
    expect((await app.inject("/health/live")).statusCode).toBe(200);
    expect((await app.inject("/health/ready")).json()).toEqual({
      status: "unavailable",
      checks: { process: "ok", broken: "failed" },
    });
  });
  it("keep status, code and Retry-After of a thrown problem, and the same body for every 404", async () => {
    const app = await build();
    const conflict = await app.inject("/conflict");
    expect([conflict.statusCode, conflict.json().code, conflict.headers["retry-after"]]).toEqual([
      409,
      "changed_since",
      "3",
    ]);
    expect((await app.inject("/nothing")).json().code).toBe("not_found");
  });
});

describe("traces", () => {
  it("go on from the caller's, and ignore the zeros of a sidecar without tracing", async () => {
    const app = await build();
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const kept = await app.inject({ url: "/trace", headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
    expect(kept.json().trace).toBe(traceId);
    const zeros = await app.inject({
      url: "/trace",
      headers: { traceparent: `00-${"0".repeat(32)}-${"0".repeat(16)}-00` },
    });
    expect(zeros.json().trace).not.toMatch(/^0+$/);
    expect(zeros.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("guards", () => {
  const token = { "dapr-api-token": "0123456789abcdef-token" };
  it("let in only the named service, proved by the token", async () => {
    const app = await build();
    const status = async (headers: Record<string, string>) =>
      (await app.inject({ url: "/internal", headers })).statusCode;
    expect(await status({ ...token, "dapr-caller-app-id": "todo-backend" })).toBe(200);
    expect(await status({ ...token, "dapr-caller-app-id": "todo-frontend" })).toBe(403);
    expect(await status(token)).toBe(403);
    expect(await status({ "dapr-caller-app-id": "todo-backend" })).toBe(403);
    expect(await status({ "dapr-caller-app-id": "todo-backend", "dapr-api-token": "wrong" })).toBe(403);
  });
  it("refuse a caller who claims another name: the sidecar hands over its own word beside the claim", async () => {
    const app = await build();
    const status = async (caller: string | string[]) =>
      (await app.inject({ url: "/internal", headers: { ...token, "dapr-caller-app-id": caller } })).statusCode;
    expect(await status("todo-backend, todo-frontend")).toBe(403);
    expect(await status("todo-frontend, todo-backend")).toBe(403);
    expect(await status("todo-backend,todo-backend")).toBe(403);
    expect(await status(["todo-backend", "todo-frontend"])).toBe(403);
  });
  it("refuse a tick that another service sends", async () => {
    const app = await build();
    const status = async (headers: Record<string, string>) =>
      (await app.inject({ method: "POST", url: "/tick", headers })).statusCode;
    expect(await status(token)).toBe(200);
    expect(await status({})).toBe(403);
    expect(await status({ ...token, "dapr-caller-app-id": "todo-backend" })).toBe(403);
    expect(await status({ ...token, "dapr-caller-app-id": "" })).toBe(403);
  });
});
