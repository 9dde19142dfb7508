import { createGuards } from "@tend/service-kit";
import { until } from "@tend/service-kit/testing";
import type { FastifyReply, FastifyRequest } from "fastify";
import { expect, it } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import type { Received } from "../support/test-app.ts";
import type { Suite } from "./suite.ts";

const invoke = "/v1.0/invoke/app/method";

/** `caller` may ask for what is below /api, `read-only` by GET alone; nobody else may ask for anything. */
export function accessControl(): { accessControl: object } {
  const allow = (name: string, ...httpVerb: string[]) => ({ name, httpVerb, action: "allow" });
  const operations = [allow("/api/read-only", "GET"), allow("/api/**", "*")];
  const whose = { trustDomain: "public", namespace: "default" };
  const caller = { appId: "caller", ...whose, defaultAction: "deny", operations };
  return { accessControl: { defaultAction: "deny", trustDomain: "public", policies: [caller] } };
}

export const invocationPolicies = {
  policies: {
    timeouts: { short: "700ms" },
    retries: {
      invocation: { policy: "constant", duration: "20ms", maxRetries: 3, matching: { httpStatusCodes: "502-504" } },
    },
    circuitBreakers: { invocation: { maxRequests: 1, timeout: "1s", trip: "consecutiveFailures > 5" } },
  },
  apps: { app: { retry: "invocation", circuitBreaker: "invocation" }, stranger: { timeout: "short" } },
};

export function invocationCases(suite: () => Suite): void {
  const asCaller = () => new SidecarClient(suite().target.endpoint("caller"));

  it("invokes with any verb; status, headers and body pass through", async () => {
    const { app } = suite();
    app.on("/api/echo", ({ method, body }) => ({
      status: 207,
      headers: { "x-answer": "yes", "content-type": "text/plain" },
      body: `${method} ${body}`,
    }));
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const body = method === "GET" ? {} : { body: "payload", contentType: "text/plain" };
      const path = "/v1.0/invoke/app/method/api/echo?q=1%202&q=3";
      const answer = await asCaller().call(path, { method, ...body, headers: { "x-question": "why" } });
      expect(answer.status).toBe(207);
      expect(answer.text).toBe(`${method} ${method === "GET" ? "" : "payload"}`);
      expect(answer.headers.get("x-answer")).toBe("yes");
    }
    const came = app.at("/api/echo").at(-1)!;
    expect(came.query.getAll("q")).toEqual(["1 2", "3"]);
    expect(came.headers).toMatchObject({ "x-question": "why", "dapr-api-token": app.appApiToken });
    expect(came.headers.traceparent).toMatch(/^00-/);
  });

  it("names the caller beside whatever the caller claims, so that our guards refuse a forged one", async () => {
    const { app } = suite();
    const guards = createGuards(app.appApiToken);
    const guarded = (guard: ReturnType<typeof guards.onlyFrom>) => async (request: Received) =>
      guard(request as unknown as FastifyRequest, {} as FastifyReply).then(
        () => ({ status: 204 }),
        () => ({ status: 403 }),
      );
    app.on("/api/for-app", guarded(guards.onlyFrom(["app"])));
    app.on("/api/for-caller", guarded(guards.onlyFrom(["caller"])));
    app.on("/api/for-sidecar", guarded(guards.sidecarOnly));
    const ask = async (path: string, claim?: string) => {
      const headers: Record<string, string> = claim === undefined ? {} : { "dapr-caller-app-id": claim };
      return (await asCaller().call(`/v1.0/invoke/app/method/api/${path}`, { headers })).status;
    };
    expect([await ask("for-caller"), await ask("for-app"), await ask("for-sidecar")]).toEqual([204, 403, 403]);
    expect([await ask("for-app", "app"), await ask("for-caller", "app")]).toEqual([403, 403]);
    expect([await ask("for-caller", "caller"), await ask("for-sidecar", "")]).toEqual([403, 403]);
    const named = app.at("/api/for-app").at(-1)!.headers["dapr-caller-app-id"];
    expect(String(named).split(", ").toSorted()).toEqual(["app", "caller"]);
  });

  it("finds the callee by a header as well", async () => {
    const { app } = suite();
    app.on("/api/by-header", () => ({ body: "found" }));
    const answer = await asCaller().call("/api/by-header", { headers: { "dapr-app-id": "app" } });
    expect(answer).toMatchObject({ status: 200, text: "found" });
  });

  it("answers 500 at once for an unknown app", async () => {
    expect(await asCaller().call("/v1.0/invoke/nobody/method/api/x")).toMatchObject({
      status: 500,
      json: { errorCode: "ERR_DIRECT_INVOKE" },
    });
  });

  it("passes failures of the app on", async () => {
    const { app } = suite();
    app.on("/api/fails", () => ({
      status: 422,
      headers: { "content-type": "application/problem+json" },
      body: '{"code":"x"}',
    }));
    const answer = await asCaller().call("/v1.0/invoke/app/method/api/fails", { method: "POST", body: {} });
    expect(answer).toMatchObject({ status: 422, json: { code: "x" } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  it("allows what the access policy allows, and denies other verbs and paths", async () => {
    const { app } = suite();
    const caller = asCaller();
    expect((await caller.call(`${invoke}/api/read-only`)).status).toBe(200);
    expect((await caller.call(`${invoke}/api/read-only`, { method: "POST", body: {} })).status).toBe(403);
    expect((await caller.call(`${invoke}/secret/plan`)).status).toBe(403);
    expect(app.at("/api/read-only").map(({ method }) => method)).toEqual(["GET"]);
    expect(app.at("/secret/plan")).toEqual([]);
  });

  it.each(["/api/..%2fsecret/a", "/api/x/../../secret/b", "/api%2f..%2fsecret%2fc", "//secret/d"])(
    "denies a path that leads around the access policy: %s",
    async (path) => {
      expect(await asCaller().raw(`${invoke}${path}`)).toBe(403);
      expect(suite().app.received.filter((came) => came.path.includes("secret"))).toEqual([]);
    },
  );

  it("denies an app that the access policy does not name", async () => {
    const { app, stranger, target } = suite();
    const { status } = await new SidecarClient(target.endpoint(stranger.appId)).call(`${invoke}/api/unlisted`);
    expect(status).toBe(403);
    expect(app.at("/api/unlisted")).toEqual([]);
  });

  it("repeats a 503 with the same body, and passes on what comes then", async () => {
    const { app } = suite();
    app.on("/api/busy", () => (app.at("/api/busy").length < 3 ? { status: 503 } : { status: 201, body: "made" }));
    const answer = await asCaller().call(`${invoke}/api/busy`, { method: "POST", body: { n: 1 } });
    expect(answer).toMatchObject({ status: 201, text: "made" });
    expect(app.at("/api/busy").map(({ body }) => body)).toEqual(['{"n":1}', '{"n":1}', '{"n":1}']);
  });

  it("passes the last 503 on when the retries are spent", async () => {
    const { app } = suite();
    app.on("/api/full", () => ({ status: 503, headers: { "retry-after": "7" }, body: "full" }));
    const answer = await asCaller().call(`${invoke}/api/full`);
    expect(answer).toMatchObject({ status: 503, text: "full" });
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(app.at("/api/full")).toHaveLength(4);
  });

  it.each([400, 409, 500])("does not repeat a %d", async (status) => {
    const { app } = suite();
    app.on(`/api/answers/${status}`, () => ({ status }));
    expect((await asCaller().call(`${invoke}/api/answers/${status}`)).status).toBe(status);
    expect(app.at(`/api/answers/${status}`)).toHaveLength(1);
  });

  it("gives up on an app that does not answer in time", async () => {
    const { stranger } = suite();
    const never = Promise.withResolvers<undefined>();
    stranger.on("/api/slow", () => never.promise);
    const answer = await asCaller().call("/v1.0/invoke/stranger/method/api/slow");
    expect(answer).toMatchObject({ status: 500, json: { errorCode: "ERR_DIRECT_INVOKE" } });
    never.resolve(undefined);
  });

  it.each([500, 404])(
    "stops asking after six answers of %d in a row, for that path only, until the breaker closes",
    async (status) => {
      const { app } = suite();
      const path = `/api/breaks/${status}`;
      app.on(path, () => ({ status }));
      for (let n = 0; n < 6; n++) expect((await asCaller().call(`${invoke}${path}`)).status).toBe(status);
      const refused = await asCaller().call(`${invoke}${path}`);
      expect(refused).toMatchObject({ status: 500, json: { errorCode: "ERR_DIRECT_INVOKE" } });
      expect(app.at(path)).toHaveLength(6);
      expect((await asCaller().call(`${invoke}/api/beside/${status}`)).status).toBe(200);
      app.on(path, () => ({}));
      await until(async () => (await asCaller().call(`${invoke}${path}`)).status === 200);
    },
  );
}
