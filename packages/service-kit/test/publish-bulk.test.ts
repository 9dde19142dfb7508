import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDapr, type Dapr } from "../src/index.ts";

const received: unknown[] = [];
let answer: { status: number; body?: unknown };
const sidecar = createServer(async (request, response) => {
  received.push({ path: request.url, entries: await json(request) });
  response.writeHead(answer.status).end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
});
let dapr: Dapr;

beforeAll(async () => {
  await new Promise<void>((resolve) => sidecar.listen(0, "127.0.0.1", resolve));
  const { port } = sidecar.address() as AddressInfo;
  dapr = createDapr({ endpoint: `http://127.0.0.1:${port}`, apiToken: "token" });
});
afterAll(() => new Promise((resolve) => sidecar.close(resolve)));

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const event = { specversion: "1.0", id: "1", type: "task.created.v1", source: "test", data: { title: 'a "b" \\ ü' } };
const entry = { entryId: "1", event: JSON.stringify(event), traceparent: null, partitionKey: 'k"1' };

it("publishes events as they are, each with its key, and with its own trace where it has one", async () => {
  answer = { status: 204 };
  const second = { ...event, id: "2", traceparent };
  const entries = [entry, { ...entry, entryId: "2", event: JSON.stringify(second), traceparent }];
  expect(await dapr.publishBulk("task-events", entries)).toEqual([]);
  const rest = { contentType: "application/cloudevents+json", metadata: { partitionKey: 'k"1' } };
  expect(received.at(-1)).toEqual({
    path: "/v1.0/publish/bulk/pubsub/task-events",
    entries: [
      { entryId: "1", event, ...rest },
      { entryId: "2", event: { traceid: traceparent, ...second }, ...rest },
    ],
  });
});

it("names what was not taken, and throws when nothing can have been", async () => {
  answer = { status: 500, body: { failedEntries: [{ entryId: "1", error: "away" }] } };
  expect(await dapr.publishBulk("task-events", [entry])).toEqual(["1"]);
  answer = { status: 500 };
  await expect(dapr.publishBulk("task-events", [entry])).rejects.toThrow("bulk publish to task-events: status 500");
});
