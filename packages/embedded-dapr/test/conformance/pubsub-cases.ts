import { until } from "@tend/service-kit/testing";
import { expect, it } from "vitest";
import type { CloudEvent, TestApp } from "../support/test-app.ts";
import { arrive, type Suite } from "./suite.ts";

const topics = [
  ...["plain", "text", "binary", "own", "nameless", "override", "plusjson", "keyed", "bulk-in", "ordered", "succeed"],
  ...["retry", "broken", "drop", "missing", "unknown", "endless", "partial"],
];
const bulky = ["bulk-out", "bulk-partial"];

export function subscribePubsub(app: TestApp): void {
  app.subscriptions.push(
    ...topics.map((topic) => ({ pubsubname: "pubsub", topic, route: `/${topic}`, deadLetterTopic: `${topic}-dead` })),
    ...topics.map((topic) => ({ pubsubname: "pubsub", topic: `${topic}-dead`, route: `/${topic}-dead` })),
    ...bulky.map((topic) => ({
      pubsubname: "pubsub",
      topic,
      route: `/${topic}`,
      deadLetterTopic: `${topic}-dead`,
      bulkSubscribe: { enabled: true, maxMessagesCount: 50, maxAwaitDurationMs: 20 },
    })),
    ...bulky.map((topic) => ({ pubsubname: "pubsub", topic: `${topic}-dead`, route: `/${topic}-dead` })),
    { pubsubname: "bare", topic: "bare", route: "/bare", deadLetterTopic: "bare-dead" },
    { pubsubname: "bare", topic: "bare-dead", route: "/bare-dead" },
  );
  app.on("/retry", () => ({ body: app.at("/retry").length < 3 ? '{"status":"RETRY"}' : '{"status":"SUCCESS"}' }));
  app.on("/broken", () => ({ status: 500 }));
  app.on("/drop", () => ({ body: '{"status":"DROP"}' }));
  app.on("/missing", () => ({ status: 404 }));
  app.on("/unknown", () => ({ body: '{"status":"PERHAPS"}' }));
  app.on("/bare", () => ({ status: 503 }));
  app.on("/succeed", () => ({ body: "not json at all" }));
  const statuses = (body: string, status: (event: CloudEvent) => string) =>
    JSON.stringify({
      statuses: (JSON.parse(body).entries as { entryId: string; event: CloudEvent }[]).map(({ entryId, event }) => ({
        entryId,
        status: status(event),
      })),
    });
  app.on("/bulk-out", ({ body }) => ({ body: statuses(body, () => "SUCCESS") }));
  app.on("/bulk-partial", ({ body }) => ({ body: statuses(body, ({ data }) => String(data)) }));
}

const publish = "/v1.0/publish/pubsub";

export function pubsubCases(suite: () => Suite): void {
  it("wraps JSON in a CloudEvent", async () => {
    const { client, app } = suite();
    const published = await client.post(`${publish}/plain`, { title: "Water plants", big: 12 });
    expect(published).toMatchObject({ status: 204, text: "" });
    const [came] = await arrive(app, "/plain");
    expect(came!.method).toBe("POST");
    expect(came!.headers["content-type"]).toMatch(/^application\/cloudevents\+json/);
    expect(came!.headers["dapr-api-token"]).toBe(app.appApiToken);
    expect(came!.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
    expect(JSON.parse(came!.body)).toMatchObject({
      data: { title: "Water plants", big: 12 },
      datacontenttype: "application/json",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pubsubname: "pubsub",
      source: "app",
      specversion: "1.0",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/),
      topic: "plain",
      traceid: expect.any(String),
      traceparent: expect.any(String),
      tracestate: expect.any(String),
      type: "com.dapr.event.sent",
    });
  });

  it("carries text as text and bytes as base64", async () => {
    const { client, app } = suite();
    await client.post(`${publish}/text`, "just words", "text/plain");
    await client.post(`${publish}/binary`, "bytes", "application/octet-stream");
    await Promise.all([arrive(app, "/text"), arrive(app, "/binary")]);
    expect(app.events("/text")[0]).toMatchObject({ data: "just words", datacontenttype: "text/plain" });
    const [binary] = app.events("/binary");
    expect(binary).toMatchObject({ data_base64: Buffer.from("bytes").toString("base64") });
    expect(binary!.datacontenttype).toBe("application/octet-stream");
  });

  it("takes +json for text", async () => {
    const { client, app } = suite();
    await client.post(`${publish}/plusjson`, { a: 1 }, "application/merge-patch+json");
    await arrive(app, "/plusjson");
    expect(app.events("/plusjson")[0]!.data).toBe('{"a":1}');
  });

  it("keeps what a CloudEvent of the app's own says", async () => {
    const { client, app } = suite();
    const event = {
      specversion: "1.0",
      id: "event-1",
      source: "todo-backend",
      type: "task.created.v1",
      subject: "task-1",
    };
    await client.post(`${publish}/own`, { ...event, data: { n: 1 }, extra: "kept" }, "application/cloudevents+json");
    await arrive(app, "/own");
    expect(app.events("/own")[0]).toMatchObject({
      ...event,
      data: { n: 1 },
      extra: "kept",
      topic: "own",
      pubsubname: "pubsub",
    });
  });

  it("invents no id for a CloudEvent without one", async () => {
    const { client, app } = suite();
    await client.post(`${publish}/nameless`, { type: "task.created.v1", data: 1 }, "application/cloudevents+json");
    await arrive(app, "/nameless");
    expect(app.events("/nameless")[0]).not.toHaveProperty("id");
    expect(app.events("/nameless")[0]).toMatchObject({ specversion: "1.0", type: "task.created.v1" });
  });

  it("lets metadata override the envelope", async () => {
    const { client, app } = suite();
    const query =
      "metadata.cloudevent.id=chosen&metadata.cloudevent.type=t.v1&metadata.cloudevent.source=s&metadata.cloudevent.subject=sub";
    await client.post(`${publish}/override?${query}`, { n: 1 });
    await arrive(app, "/override");
    expect(app.events("/override")[0]).toMatchObject({ id: "chosen", type: "t.v1", source: "s", subject: "sub" });
  });

  it("sends the partition key along as headers", async () => {
    const { client, app } = suite();
    await client.post(`${publish}/keyed?metadata.partitionKey=series-1`, { n: 1 });
    const [came] = await arrive(app, "/keyed");
    expect(came!.headers).toMatchObject({ __key: "series-1", partitionkey: "series-1" });
  });

  it("delivers the messages of one key in order", async () => {
    const { client, app } = suite();
    for (let n = 0; n < 100; n++)
      await client.post(`${publish}/ordered?metadata.partitionKey=k${n % 4}`, { n, key: n % 4 });
    await arrive(app, "/ordered", 100);
    for (let key = 0; key < 4; key++) {
      const seen = app.events("/ordered").map(({ data }) => data as { n: number; key: number });
      const ofKey = seen.filter((data) => data.key === key).map(({ n }) => n);
      expect(ofKey).toEqual(Array.from({ length: 25 }, (_, index) => index * 4 + key));
    }
  });

  it("acknowledges a 2xx whose body says nothing", async () => {
    const { client, app } = suite();
    await client.post(`${publish}/succeed`, 1);
    await client.post(`${publish}/succeed`, 2);
    await arrive(app, "/succeed", 2);
    expect(
      app
        .events("/succeed")
        .map(({ data }) => Number(data))
        .sort(),
    ).toEqual([1, 2]);
    expect(app.at("/succeed-dead")).toEqual([]);
  });

  it("retries RETRY until it succeeds", async () => {
    const { client, app } = suite();
    await client.post(`${publish}/retry`, { n: 1 });
    const came = await arrive(app, "/retry", 3);
    expect(new Set(came.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
    expect(app.at("/retry-dead")).toEqual([]);
  });

  it.each(["broken", "unknown"])("dead-letters %s once the policy's retries are spent", async (topic) => {
    const { client, app } = suite();
    await client.post(`${publish}/${topic}`, { n: 1 });
    await arrive(app, `/${topic}-dead`);
    expect(app.at(`/${topic}`)).toHaveLength(3);
    // The envelope still names the topic it was published to.
    expect(app.events(`/${topic}-dead`)[0]).toMatchObject({ data: { n: 1 }, topic });
  });

  it.each(["drop", "missing"])("dead-letters %s at once", async (topic) => {
    const { client, app } = suite();
    await client.post(`${publish}/${topic}`, { n: 1 });
    await arrive(app, `/${topic}-dead`);
    expect(app.at(`/${topic}`)).toHaveLength(1);
  });

  it("dead-letters the first failure where there is no policy", async () => {
    const { client, app } = suite();
    await client.post("/v1.0/publish/bare/bare", { n: 1 });
    await arrive(app, "/bare-dead");
    expect(app.at("/bare")).toHaveLength(1);
  });

  it("publishes in bulk", async () => {
    const { client, app } = suite();
    const entries = Array.from({ length: 5 }, (_, n) => ({
      entryId: `e${n}`,
      event: { n },
      contentType: "application/json",
      metadata: { partitionKey: "one" },
    }));
    expect((await client.post("/v1.0/publish/bulk/pubsub/bulk-in", entries)).status).toBe(204);
    await arrive(app, "/bulk-in", 5);
    const seen = app.events("/bulk-in").map(({ data }) => (data as { n: number }).n);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it("refuses a bulk with a doubled or missing entryId", async () => {
    const { client } = suite();
    const entry = { entryId: "same", event: { n: 1 }, contentType: "application/json" };
    expect((await client.post("/v1.0/publish/bulk/pubsub/bulk-in", [entry, entry])).status).toBe(400);
    expect((await client.post("/v1.0/publish/bulk/pubsub/bulk-in", [{ ...entry, entryId: "" }])).status).toBe(400);
    expect((await client.post("/v1.0/publish/bulk/pubsub/bulk-in", "no json")).status).toBe(400);
  });

  it("delivers in bulk to a bulk subscriber", async () => {
    const { client, app } = suite();
    const entries = Array.from({ length: 60 }, (_, n) => ({
      entryId: `e${n}`,
      event: { n },
      contentType: "application/json",
    }));
    await client.post("/v1.0/publish/bulk/pubsub/bulk-out", entries);
    const delivered = () =>
      app.at("/bulk-out").flatMap(({ body }) => JSON.parse(body).entries as { event: CloudEvent }[]);
    await until(() => delivered().length >= 60);
    const body = JSON.parse(app.at("/bulk-out")[0]!.body);
    expect(body).toMatchObject({ topic: "bulk-out", pubsubname: "pubsub", type: "com.dapr.event.sent.bulk" });
    expect(body.entries[0]).toMatchObject({
      entryId: expect.any(String),
      event: { topic: "bulk-out", type: "com.dapr.event.sent" },
    });
    expect(app.at("/bulk-out").every((request) => JSON.parse(request.body).entries.length <= 50)).toBe(true);
  });

  it("retries and dead-letters single entries of a bulk", async () => {
    const { client, app } = suite();
    const entries = ["SUCCESS", "RETRY", "DROP", "SUCCESS"].map((status, n) => ({
      entryId: `e${n}`,
      event: status,
      contentType: "application/json",
      metadata: { partitionKey: "one" },
    }));
    await client.post("/v1.0/publish/bulk/pubsub/bulk-partial", entries);
    await arrive(app, "/bulk-partial-dead", 2);
    expect(
      app
        .events("/bulk-partial-dead")
        .map(({ data }) => data)
        .sort(),
    ).toEqual(["DROP", "RETRY"]);
  });

  it("answers 404 for an unknown pubsub", async () => {
    const { client } = suite();
    expect(await client.post("/v1.0/publish/nowhere/plain", {})).toMatchObject({
      status: 404,
      json: { errorCode: "ERR_PUBSUB_NOT_FOUND" },
    });
  });

  it("refuses a CloudEvent that is not JSON", async () => {
    const { client } = suite();
    expect((await client.post(`${publish}/own`, "{", "application/cloudevents+json")).status).toBe(500);
  });

  it("keeps the caller's trace", async () => {
    const { client, app } = suite();
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    await client.call(`${publish}/partial`, { method: "POST", body: { n: 1 }, headers });
    const [came] = await arrive(app, "/partial");
    expect(JSON.parse(came!.body).traceparent).toContain(trace);
    expect(came!.headers.traceparent).toContain(trace);
  });
}
