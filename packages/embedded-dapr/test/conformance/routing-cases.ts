import { until } from "@tend/service-kit/testing";
import { expect, it } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import type { CloudEvent, TestApp } from "../support/test-app.ts";
import { component, declared } from "../support/write-resources.ts";
import { arrive, type Suite } from "./suite.ts";
import type { Target } from "./target.ts";

const whenType = (type: string, path: string) => ({ match: `event.type == "${type}"`, path });
const typedRoutes = { rules: [whenType("made", "/typed/made"), whenType("gone", "/typed/gone")] };

/** A pub/sub where `caller` may publish and take `open` only, `stranger` nothing, and nobody knows other topics than two. */
export const scopedPubsub = ({ pubsub }: Target) =>
  component("scoped", "pubsub.kafka", {
    ...pubsub,
    consumerGroup: "{appID}-scoped",
    allowedTopics: "scoped-open,scoped-closed",
    publishingScopes: "caller=scoped-open;stranger=",
    subscriptionScopes: "app=scoped-open",
  });

export const declaredSubscriptions = [
  declared("declared"),
  declared("claimed", { routes: { default: "/claimed-by-file" } }),
  declared("twice", { routes: { default: "/twice-first" } }),
  declared("twice", { routes: { default: "/twice-second" } }, ["app", "nobody"]),
  declared("foreign", {}, ["caller"]),
  declared("typed", { routes: { ...typedRoutes, default: "/typed/rest" } }),
  declared("strict", { routes: typedRoutes }),
  declared("strict-dead", { deadLetterTopic: undefined }),
  declared("sheaf", { bulkSubscribe: { enabled: true, maxMessagesCount: 3, maxAwaitDurationMs: 20 } }),
  declared("sheaf-dead", { deadLetterTopic: undefined }),
  declared("scoped-open", { pubsubname: "scoped" }),
  declared("scoped-closed", { pubsubname: "scoped" }),
];

type Entry = { entryId: string; event: CloudEvent };
const batchesWith = (app: TestApp, data: string) =>
  app.at("/sheaf").filter(({ body }) => (JSON.parse(body).entries as Entry[]).some(({ event }) => event.data === data));

export function subscribeRouting(app: TestApp): void {
  const programmatic = (topic: string, more: object) => ({ pubsubname: "pubsub", topic, ...more });
  app.subscriptions.push(
    programmatic("claimed", { route: "/claimed-by-app", deadLetterTopic: "claimed-dead" }),
    programmatic("announced", { routes: { rules: [whenType("made", "/announced/made")], default: "/announced/rest" } }),
  );
  // "a" gets no status the first time, and fails its whole batch the second; "bad" is dropped.
  app.on("/sheaf", ({ body }) => {
    const entries = JSON.parse(body).entries as Entry[];
    const times = batchesWith(app, "a").length;
    const holdsA = entries.some(({ event }) => event.data === "a");
    if (holdsA && times === 2) return { status: 500 };
    const spoken = holdsA && times === 1 ? entries.filter(({ event }) => event.data !== "a") : entries;
    const status = ({ event }: Entry) => (event.data === "bad" ? "DROP" : "SUCCESS");
    return { body: JSON.stringify({ statuses: spoken.map((one) => ({ entryId: one.entryId, status: status(one) })) }) };
  });
}

export function routingCases(suite: () => Suite): void {
  const publish = (topic: string, data: unknown, type?: string) =>
    suite().client.post(`/v1.0/publish/pubsub/${topic}${type ? `?metadata.cloudevent.type=${type}` : ""}`, data);

  it("delivers what a file subscribes to, beside what the app itself does", async () => {
    const { app } = suite();
    await publish("declared", { n: 1 });
    await publish("announced", { n: 2 });
    await Promise.all([arrive(app, "/declared"), arrive(app, "/announced/rest")]);
    expect(app.events("/declared")[0]).toMatchObject({ topic: "declared", data: { n: 1 } });
  });

  it("lets the app's own word win over a file's for the same topic", async () => {
    const { app } = suite();
    await publish("claimed", { n: 1 });
    await arrive(app, "/claimed-by-app");
    expect(app.at("/claimed-by-file")).toEqual([]);
  });

  it("takes the first of two files that subscribe to the same topic", async () => {
    const { app } = suite();
    await publish("twice", { n: 1 });
    await arrive(app, "/twice-first");
    expect(app.at("/twice-second")).toEqual([]);
  });

  it("gives a file's subscription to the apps in its scopes", async () => {
    const { app, caller } = suite();
    await publish("foreign", { n: 1 });
    await arrive(caller, "/foreign");
    expect(app.at("/foreign")).toEqual([]);
  });

  it("tells which subscriptions are a file's and which the app's", async () => {
    const { json } = await suite().client.call("/v1.0/metadata");
    const { subscriptions } = json as { subscriptions: { topic: string; type: string }[] };
    const kindOf = (name: string) => subscriptions.find(({ topic }) => topic === name)?.type;
    expect(["declared", "claimed", "announced"].map(kindOf)).toEqual(["DECLARATIVE", "PROGRAMMATIC", "PROGRAMMATIC"]);
  });

  it("routes by type, and the rest to the default", async () => {
    const { app } = suite();
    for (const type of ["made", "gone", "other"]) await publish("typed", { type }, type);
    await publish("announced", { n: 1 }, "made");
    for (const path of ["/typed/made", "/typed/gone", "/typed/rest", "/announced/made"]) await arrive(app, path);
    const types = (path: string) => app.events(path).map(({ type }) => type);
    expect([types("/typed/made"), types("/typed/gone"), types("/typed/rest")]).toEqual([["made"], ["gone"], ["other"]]);
  });

  it("dead-letters what no rule takes where there is no default", async () => {
    const { app } = suite();
    await publish("strict", { n: 1 }, "other");
    await arrive(app, "/strict-dead");
    expect(app.events("/strict-dead")[0]).toMatchObject({ type: "other", data: { n: 1 } });
  });

  it("tries again the entries of a bulk that have no status, and all of a bulk that fails", async () => {
    const { app, client } = suite();
    const entries = ["a", "b", "bad"].map((event, n) => ({
      entryId: `${n}`,
      event,
      contentType: "text/plain",
      metadata: { partitionKey: "one" },
    }));
    expect((await client.post("/v1.0/publish/bulk/pubsub/sheaf", entries)).status).toBe(204);
    await arrive(app, "/sheaf-dead");
    await until(() => batchesWith(app, "a").length === 3 && batchesWith(app, "b").length > 0);
    expect(app.events("/sheaf-dead").map(({ data }) => data)).toEqual(["bad"]);
  });

  it("lets apps publish within a pub/sub's scopes only", async () => {
    const { target } = suite();
    const post = async (appId: string, topic: string) =>
      (await new SidecarClient(target.endpoint(appId)).post(`/v1.0/publish/scoped/${topic}`, { appId })).status;
    expect([await post("app", "scoped-open"), await post("app", "scoped-closed")]).toEqual([204, 204]);
    expect([await post("caller", "scoped-open"), await post("caller", "scoped-closed")]).toEqual([204, 403]);
    expect([await post("stranger", "scoped-open"), await post("app", "elsewhere")]).toEqual([403, 403]);
    const bulk = [{ entryId: "1", event: 1, contentType: "application/json" }];
    const asStranger = new SidecarClient(target.endpoint("stranger"));
    expect((await asStranger.post("/v1.0/publish/bulk/scoped/scoped-open", bulk)).status).toBe(403);
  });

  it("subscribes apps within a pub/sub's scopes only", async () => {
    const { app, client } = suite();
    await client.post("/v1.0/publish/scoped/scoped-closed", { n: 1 });
    await client.post("/v1.0/publish/scoped/scoped-open", { n: 2 });
    await arrive(app, "/scoped-open");
    expect(app.at("/scoped-closed")).toEqual([]);
  });
}
