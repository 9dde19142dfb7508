import { until } from "@tend/service-kit/testing";
import { expect, it } from "vitest";
import type { TestApp } from "../support/test-app.ts";
import { component, declared } from "../support/write-resources.ts";
import { arrive, type Suite } from "./suite.ts";
import type { Target } from "./target.ts";

type Point = { key: string; n: number };

/** A pub/sub that gives its handlers next to no time. */
export const hastyPubsub = ({ pubsub }: Target) =>
  component("hasty", "pubsub.kafka", { ...pubsub, consumerGroup: "{appID}-hasty" }, ["app"]);

export const deliverySubscriptions = [
  declared("poisoned"),
  declared("poisoned-dead", { deadLetterTopic: undefined }),
  declared("stubborn", { deadLetterTopic: undefined }),
  declared("shaky"),
  declared("shaky-dead", { deadLetterTopic: undefined }),
  declared("slow", { pubsubname: "hasty" }),
  declared("slow-dead", { pubsubname: "hasty", deadLetterTopic: undefined }),
];

const pointOf = (body: string) => JSON.parse(body).data as Point;
const points = (app: TestApp, path: string) => app.events(path).map(({ data }) => data as Point);

export function deliveryCases(suite: () => Suite): void {
  const publishAll = async (topic: string, all: Point[]) => {
    const entries = all.map((event, n) => ({
      entryId: `${n}`,
      event,
      contentType: "application/json",
      metadata: { partitionKey: event.key },
    }));
    expect((await suite().client.post(`/v1.0/publish/bulk/pubsub/${topic}`, entries)).status).toBe(204);
  };

  it("dead-letters a poison message and goes on behind it, in order, in the same partition", async () => {
    const { app } = suite();
    app.on("/poisoned", ({ body }) => ({ status: pointOf(body).n === 1 ? 500 : 200 }));
    await publishAll(
      "poisoned",
      [0, 1, 2, 3].map((n) => ({ key: "one", n })),
    );
    await until(() => points(app, "/poisoned").some(({ n }) => n === 3) && app.at("/poisoned-dead").length > 0, 30);
    expect(points(app, "/poisoned").map(({ n }) => n)).toEqual([0, 1, 1, 1, 2, 3]);
    expect(points(app, "/poisoned-dead")).toEqual([{ key: "one", n: 1 }]);
  });

  it("keeps each key's order while handlers fail and are tried again", async () => {
    const { app } = suite();
    const handled: Point[] = [];
    const failures = new Map<string, number>();
    app.on("/shaky", ({ body }) => {
      const point = pointOf(body);
      const failed = failures.get(`${point.n}`) ?? 0;
      failures.set(`${point.n}`, failed + 1);
      if (failed < point.n % 3) return { status: 500 };
      handled.push(point);
      return {};
    });
    const all = Array.from({ length: 60 }, (_, n) => ({ key: `k${n % 5}`, n }));
    await publishAll("shaky", all);
    await until(() => handled.length >= all.length, 30);
    for (let k = 0; k < 5; k++) {
      const ofKey = ({ key }: Point) => key === `k${k}`;
      expect(handled.filter(ofKey)).toEqual(all.filter(ofKey));
    }
    expect(app.at("/shaky-dead")).toEqual([]);
  });

  it("hands a message over for ever where there is no dead-letter topic", async () => {
    const { app, client } = suite();
    app.on("/stubborn", () => ({ status: app.at("/stubborn").length < 12 ? 500 : 200 }));
    await client.post("/v1.0/publish/pubsub/stubborn", { n: 1 });
    await arrive(app, "/stubborn", 12);
    expect(new Set(app.events("/stubborn").map(({ id }) => id)).size).toBe(1);
  });

  it("counts a handler that takes too long as failed", async () => {
    const { app, client } = suite();
    const never = Promise.withResolvers<undefined>();
    app.on("/slow", () => never.promise);
    await client.post("/v1.0/publish/hasty/slow", { n: 1 });
    await arrive(app, "/slow-dead");
    expect(app.at("/slow")).toHaveLength(3);
    never.resolve(undefined);
  });
}
