import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createSpans } from "../src/index.ts";

it("sends spans to Zipkin as children of the caller's trace", async () => {
  const received: unknown[] = [];
  const zipkin = createServer(async (request, response) => {
    received.push(...((await json(request)) as unknown[]));
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => zipkin.listen(0, "127.0.0.1", resolve));
  const spans = await createSpans(
    "audit-service",
    `http://127.0.0.1:${(zipkin.address() as AddressInfo).port}/api/v2/spans`,
  );
  const span = spans.start("GET /api/audit", "server", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  span.end();
  await spans.close();
  await new Promise((resolve) => zipkin.close(resolve));
  expect(received).toMatchObject([
    {
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      parentId: "00f067aa0ba902b7",
      id: span.trace.spanId,
      name: "GET /api/audit",
      kind: "SERVER",
      localEndpoint: { serviceName: "audit-service" },
    },
  ]);
});
