import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import {
  createDapr,
  createGuards,
  createLogger,
  createMetrics,
  createServer,
  createSpans,
  problem,
} from "../src/index.ts";

const appApiToken = "0123456789abcdef-token";

async function build() {
  const app = createServer({
    log: createLogger("test", "silent"),
    metrics: createMetrics("test"),
    spans: await createSpans("test", undefined),
    signal: new AbortController().signal,
    guards: createGuards(appApiToken),
    checks: {},
  });
  app.get("/refused", async () => {
    throw problem(409, "changed_since", "It changed.");
  });
  app.get("/failed", async () => {
    throw new Error("it broke");
  });
  return app;
}

const headers = { "tend-refusal": "1", "dapr-api-token": appApiToken };

it("is told as 200 with its status to whom asks for that through the sidecar, and plainly to all others", async () => {
  const app = await build();
  const [asked, plain] = [await app.inject({ url: "/refused", headers }), await app.inject("/refused")];
  expect(asked).toMatchObject({ statusCode: 200, headers: { "tend-refusal": "409" } });
  expect(asked.json()).toEqual(plain.json());
  expect(plain.statusCode).toBe(409);
  expect(plain.headers["tend-refusal"]).toBeUndefined();
  expect((await app.inject({ url: "/nowhere", headers })).headers["tend-refusal"]).toBe("404");
});

it.each([
  {},
  { "dapr-api-token": "" },
  { "dapr-api-token": "0123456789abcdef-tokem" },
  { "dapr-caller-app-id": "todo-frontend" },
])("stays one to whom asks for it from outside, whatever else they claim: %j", async (claimed) => {
  const app = await build();
  for (const [url, status] of [
    ["/refused", 409],
    ["/nowhere", 404],
  ] as const) {
    const answer = await app.inject({ url, headers: { "tend-refusal": "1", ...claimed } });
    expect([answer.statusCode, answer.headers["tend-refusal"]]).toEqual([status, undefined]);
  }
});

it("is no failure, which stays one", async () => {
  const app = await build();
  const answer = await app.inject({ url: "/failed", headers });
  expect(answer.statusCode).toBe(500);
  expect(answer.headers["tend-refusal"]).toBeUndefined();
});

it("comes to the calling service with the status that was meant", async () => {
  const app = await build();
  const statuses: number[] = [];
  const sidecar = createHttpServer(async (request, response) => {
    const url = String(request.url).replace("/v1.0/invoke/other/method", "");
    const answer = await app.inject({
      url,
      headers: { ...(request.headers as Record<string, string>), "dapr-api-token": appApiToken },
    });
    statuses.push(answer.statusCode);
    response.writeHead(answer.statusCode, answer.headers as Record<string, string>).end(answer.payload);
  });
  await new Promise<void>((resolve) => sidecar.listen(0, "127.0.0.1", resolve));
  const dapr = createDapr({ endpoint: `http://127.0.0.1:${(sidecar.address() as AddressInfo).port}`, apiToken: "" });
  try {
    expect(await dapr.invoke("other", "GET", "/refused")).toMatchObject({
      status: 409,
      body: { code: "changed_since" },
    });
    expect((await dapr.invoke("other", "GET", "/failed")).status).toBe(500);
    expect(statuses).toEqual([200, 500]);
  } finally {
    sidecar.close();
  }
});
