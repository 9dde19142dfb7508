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
    timeouts: { invocation: "10s" },
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

it("reaches an app that is back after a restart", async () => {
  await app.stop();
  expect((await invoke("/api/x")).status).toBe(500);
  await app.start();
  await until(async () => (await invoke("/api/x")).status === 200);
});

it("repeats a large body too when the app is busy", async () => {
  const large = "x".repeat(6 * 1024 * 1024);
  app.on("/api/large", ({ body }) => (app.at("/api/large").length < 2 ? { status: 503 } : { body }));
  const { text } = await invoke("/api/large", { method: "PUT", body: large, contentType: "text/plain" });
  expect(text.length).toBe(large.length);
  expect(app.at("/api/large")).toHaveLength(2);
});

it("streams a body of unknown length through, once", async () => {
  const { baseUrl, apiToken } = target.endpoint("app");
  const put = async (path: string, content: string) => {
    const body = new Blob([content, content]).stream();
    const headers = { "dapr-api-token": apiToken, "content-type": "text/plain" };
    const answer = await fetch(`${baseUrl}/v1.0/invoke/app/method${path}`, {
      method: "PUT",
      headers,
      body,
      duplex: "half",
    } as RequestInit);
    return { status: answer.status, text: await answer.text() };
  };
  app.on("/api/echo", ({ body }) => ({ body }));
  expect(await put("/api/echo", "half")).toEqual({ status: 200, text: "halfhalf" });
  app.on("/api/busy", () => ({ status: 503, body: "busy" }));
  expect(await put("/api/busy", "half")).toEqual({ status: 503, text: "busy" });
  expect(app.at("/api/busy")).toHaveLength(1);
});
