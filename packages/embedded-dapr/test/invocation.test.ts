import { until } from "@tend/service-kit/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type StartedEmbedded, startEmbedded } from "./support/embedded-target.ts";
import { SidecarClient } from "./support/sidecar-client.ts";
import { TestApp } from "./support/test-app.ts";
import { resiliency } from "./support/write-resources.ts";

let app: TestApp;
let target: StartedEmbedded;
let client: SidecarClient;

beforeEach(async () => {
  app = await new TestApp("app").start();
  const policies = {
    timeouts: { invocation: "300ms" },
    retries: {
      invocation: { policy: "constant", duration: "10ms", maxRetries: 3, matching: { httpStatusCodes: "502-504" } },
    },
    circuitBreakers: { invocation: { trip: "consecutiveFailures > 5", timeout: "200ms", maxRequests: 1 } },
  };
  const policy = { timeout: "invocation", retry: "invocation", circuitBreaker: "invocation" };
  target = await startEmbedded([app], {
    components: [],
    resiliency: resiliency({ policies, targets: { apps: { app: policy } } }),
  });
  await target.dapr.ready;
  client = new SidecarClient(target.endpoint("app"));
});
afterEach(async () => {
  await target.stop();
  await app.stop();
});

const invoke = (path: string, more = {}) => client.call(`/v1.0/invoke/app/method${path}`, more);

it("repeats a 503 with the same body, and passes on what comes then", async () => {
  app.on("/api/x", () => (app.at("/api/x").length < 3 ? { status: 503 } : { status: 201, body: "made" }));
  expect(await invoke("/api/x", { method: "POST", body: { n: 1 } })).toMatchObject({ status: 201, text: "made" });
  expect(app.at("/api/x").map(({ body }) => body)).toEqual(['{"n":1}', '{"n":1}', '{"n":1}']);
});

it("passes the last 503 on when the retries are spent", async () => {
  app.on("/api/x", () => ({ status: 503, headers: { "retry-after": "7" }, body: "busy" }));
  const answer = await invoke("/api/x");
  expect(answer).toMatchObject({ status: 503, text: "busy" });
  expect(answer.headers.get("retry-after")).toBe("7");
  expect(app.at("/api/x")).toHaveLength(4);
});

it.each([400, 409, 500])("does not repeat a %d", async (status) => {
  app.on("/api/x", () => ({ status }));
  expect((await invoke("/api/x")).status).toBe(status);
  expect(app.at("/api/x")).toHaveLength(1);
});

it("gives up on an app that does not answer in time", async () => {
  const never = Promise.withResolvers<undefined>();
  app.on("/api/x", () => never.promise);
  expect(await invoke("/api/x")).toMatchObject({ status: 500, json: { errorCode: "ERR_DIRECT_INVOKE" } });
  never.resolve(undefined);
});

it("stops asking after six failures in a row, on that path only, until the breaker's time is up", async () => {
  app.on("/api/x", () => ({ status: 500 }));
  for (let n = 0; n < 6; n++) expect((await invoke("/api/x")).text).toBe("");
  const refused = await invoke("/api/x");
  expect(refused).toMatchObject({ status: 500, json: { errorCode: "ERR_DIRECT_INVOKE" } });
  expect(app.at("/api/x")).toHaveLength(6);
  expect((await invoke("/api/y")).status).toBe(200);
  app.on("/api/x", () => ({}));
  await until(async () => (await invoke("/api/x")).status === 200);
});

it("counts no refusal of the app's own as a failure", async () => {
  app.on("/api/x", () => ({ status: 404 }));
  for (let n = 0; n < 10; n++) expect((await invoke("/api/x")).status).toBe(404);
  expect(app.at("/api/x")).toHaveLength(10);
});

it("reaches an app that is back after a restart", async () => {
  await app.stop();
  expect((await invoke("/api/x")).status).toBe(500);
  await app.start();
  await until(async () => (await invoke("/api/x")).status === 200);
});

it("streams bodies of any size through, once", async () => {
  const large = "x".repeat(6 * 1024 * 1024);
  app.on("/api/large", ({ body }) => ({ body }));
  expect((await invoke("/api/large", { method: "PUT", body: large, contentType: "text/plain" })).text.length).toBe(
    large.length,
  );
  app.on("/api/busy", () => ({ status: 503, body: "busy" }));
  expect(await invoke("/api/busy", { method: "PUT", body: large, contentType: "text/plain" })).toMatchObject({
    status: 503,
    text: "busy",
  });
  expect(app.at("/api/busy")).toHaveLength(1);
});
