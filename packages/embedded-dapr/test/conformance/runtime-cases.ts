import { until } from "@tend/service-kit/testing";
import { expect, it } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import type { Suite } from "./pubsub-cases.ts";
import type { Target } from "./target.ts";

interface Metadata {
  components: { name: string }[];
  subscriptions: unknown[];
  extended: Record<string, string>;
}

export function runtimeCases(target: Target, suite: () => Suite): void {
  const asCaller = () => new SidecarClient(suite().target.endpoint("caller"));

  it("wants the API token everywhere but on healthz", async () => {
    const { baseUrl } = suite().client.endpoint;
    expect((await fetch(`${baseUrl}/v1.0/metadata`)).status).toBe(401);
    expect((await fetch(`${baseUrl}/v1.0/publish/pubsub/plain`, { method: "POST", body: "{}" })).status).toBe(401);
    const wrong = { headers: { "dapr-api-token": "wrong" } };
    expect((await fetch(`${baseUrl}/v1.0/secrets/secret-store/flat`, wrong)).status).toBe(401);
    expect((await fetch(`${baseUrl}/v1.0/healthz`)).status).toBe(204);
    expect((await fetch(`${baseUrl}/v1.0/healthz/outbound`)).status).toBe(204);
  });

  it("tells about itself", async () => {
    const { client, app } = suite();
    const readMetadata = async () => (await client.call("/v1.0/metadata")).json as Metadata;
    const json = await readMetadata();
    expect(json).toMatchObject({ id: "app", appConnectionProperties: { port: app.port, protocol: "http" } });
    expect(json.components.map(({ name }) => name)).toEqual(expect.arrayContaining(["pubsub", "statestore"]));
    expect(json.subscriptions).toContainEqual(
      expect.objectContaining({ pubsubname: "pubsub", topic: "plain", deadLetterTopic: "plain-dead" }),
    );
    expect((await client.call("/v1.0/metadata/colour", { method: "PUT", body: "green" })).status).toBe(204);
    expect((await readMetadata()).extended.colour).toBe("green");
  });

  it("reads secrets, nested ones as parent:child", async () => {
    const { client } = suite();
    expect(await client.call("/v1.0/secrets/secret-store/flat")).toMatchObject({
      status: 200,
      json: { flat: "value" },
    });
    expect((await client.call("/v1.0/secrets/secret-store/parent:child")).json).toEqual({ "parent:child": "nested" });
    expect((await client.call("/v1.0/secrets/secret-store/missing")).status).toBe(500);
    expect((await client.call("/v1.0/secrets/nowhere/flat")).status).toBe(401);
    expect((await client.call("/v1.0/secrets/secret-store/bulk")).json).toMatchObject({ flat: { flat: "value" } });
  });

  it("hides secrets out of an app's scope", async () => {
    const caller = asCaller();
    expect((await caller.call("/v1.0/secrets/secret-store/flat")).status).toBe(403);
    expect((await caller.call("/v1.0/secrets/secret-store/parent:child")).status).toBe(200);
    expect((await caller.call("/v1.0/secrets/secret-store/bulk")).json).toEqual({
      "parent:child": { "parent:child": "nested" },
    });
  });

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

  it("names the caller itself, whatever the caller claims", async () => {
    const { app } = suite();
    const headers = { "dapr-caller-app-id": "app", "dapr-callee-app-id": "x", "dapr-app-id": "app" };
    await asCaller().call("/api/whoami", { headers });
    await until(() => app.at("/api/whoami").length > 0);
    // daprd adds its own word before or behind the claim, so a callee must refuse more than one; the embedded sidecar drops the claim.
    const named = String(app.at("/api/whoami")[0]!.headers["dapr-caller-app-id"]).split(", ");
    expect(named.toSorted()).toEqual(target.dropsClaims ? ["caller"] : ["app", "caller"]);
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

  it.runIf(target.hasIdentities)("denies what the access policy does not allow", async () => {
    const { app } = suite();
    const caller = asCaller();
    const invoke = "/v1.0/invoke/app/method";
    expect((await caller.call(`${invoke}/secret/plan`)).status).toBe(403);
    expect((await caller.call(`${invoke}/api/read-only`)).status).toBe(200);
    expect((await caller.call(`${invoke}/api/read-only`, { method: "POST", body: {} })).status).toBe(403);
    for (const path of [
      "/api/..%2fsecret/plan",
      "/api/x/../../secret/plan",
      "/api%2f..%2fsecret%2fplan",
      "//secret/plan",
    ]) {
      expect(await caller.raw(`${invoke}${path}`)).toBe(403);
    }
    expect(app.at("/secret/plan")).toEqual([]);
  });

  it("ticks", async () => {
    const { app } = suite();
    const [tick] = await until(() => (app.at("/api/jobs/tick").length > 1 ? app.at("/api/jobs/tick") : null));
    expect(tick).toMatchObject({ method: "POST", body: "" });
    expect(tick!.headers["dapr-api-token"]).toBe(app.appApiToken);
    expect(tick!.headers["dapr-caller-app-id"]).toBeUndefined();
  });

  it("asks before it ticks where the direction is not given", async () => {
    const { app } = suite();
    expect(app.at("/api/jobs/probed")[0]!.method).toBe("OPTIONS");
    await until(() => app.at("/api/jobs/probed").some(({ method }) => method === "POST"));
    expect(app.at("/api/jobs/unwanted").map(({ method }) => method)).toEqual(["OPTIONS"]);
  });
}
