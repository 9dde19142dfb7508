import { until } from "@tend/service-kit/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import { TestApp } from "../support/test-app.ts";
import { component, declared, type ResourceFiles, resiliency } from "../support/write-resources.ts";
import type { RunningTarget, Target } from "./target.ts";

type Point = { key: string; n: number };

/** Retries for half a minute, which outlasts every restart here. */
function resourcesFor(target: Target, topic: string): ResourceFiles {
  const delivery = { policy: "constant", duration: "100ms", maxRetries: 300 };
  // Six seconds is the least that Kafka lets a silent consumer keep its partitions.
  const kafka = { ...target.pubsub, sessionTimeout: "6s", heartbeatInterval: "1s" };
  return {
    components: [component("pubsub", "pubsub.kafka", kafka)],
    subscriptions: [
      declared(topic, {}, ["worker"]),
      declared(`${topic}-dead`, { deadLetterTopic: undefined }, ["worker"]),
    ],
    resiliency: resiliency({
      policies: { retries: { delivery } },
      targets: { components: { pubsub: { inbound: { retry: "delivery" } } } },
    }),
  };
}

/** What must hold when a sidecar or an app ends in the midst of its work. Each case has an app and a topic of its own. */
export function describeFaults(target: Target): void {
  describe(`what is lost when something ends (${target.name})`, () => {
    let app: TestApp;
    let running: RunningTarget;
    let topic: string;
    let cases = 0;
    beforeEach(async () => {
      topic = `work-${++cases}`;
      app = await new TestApp("worker").start();
      running = await target.start([app], resourcesFor(target, topic));
    }, 60_000);
    afterEach(async () => {
      await running?.stop();
      await app?.stop();
    }, 60_000);

    const path = () => `/${topic}`;
    const points = () => app.events(path()).map(({ data }) => data as Point);
    const seen = (key: string) => [...new Set(points().flatMap((point) => (point.key === key ? [point.n] : [])))];
    /** Once a message was accepted it may not be lost; until then it is published again. */
    const publish = (data: Point) =>
      until(async () => {
        const client = new SidecarClient(running.endpoint("worker"));
        const url = `/v1.0/publish/pubsub/${topic}?metadata.partitionKey=${data.key}`;
        return (await client.post(url, data).catch(() => null))?.status === 204;
      }, 60);
    const deadLetters = () => app.at(`${path()}-dead`);

    it("a handler's message comes again when its sidecar is killed", async () => {
      const hanging = Promise.withResolvers<undefined>();
      app.on(path(), () => (app.at(path()).length === 1 ? hanging.promise : undefined));
      await publish({ key: "a", n: 1 });
      await until(() => app.inFlight.size === 1, 30);
      await publish({ key: "a", n: 2 });
      await running.kill("worker", "SIGKILL");
      hanging.resolve(undefined);
      await running.resume("worker");
      await until(() => seen("a").length === 2 && app.at(path()).length >= 3, 60);
      expect(
        points()
          .slice(0, 2)
          .map(({ n }) => n),
      ).toEqual([1, 1]);
      expect(deadLetters()).toEqual([]);
    });

    it("a sidecar that is asked to stop lets the handler finish, and goes on behind it", async () => {
      const handler = Promise.withResolvers<undefined>();
      app.on(path(), () => (app.at(path()).length === 1 ? handler.promise : undefined));
      await publish({ key: "a", n: 1 });
      await until(() => app.inFlight.size === 1, 30);
      const gone = running.kill("worker", "SIGTERM");
      handler.resolve(undefined);
      await gone;
      await running.resume("worker");
      await publish({ key: "a", n: 2 });
      await until(() => seen("a").length === 2, 60);
      expect(points().map(({ n }) => n)).toEqual([1, 2]);
    });

    it("an app killed while it handles gets the message again when it is back, not dead-lettered", async () => {
      const hanging = Promise.withResolvers<undefined>();
      app.on(path(), () => (app.at(path()).length === 1 ? hanging.promise : undefined));
      await publish({ key: "a", n: 1 });
      await until(() => app.inFlight.size === 1, 30);
      await app.stop();
      hanging.resolve(undefined);
      await publish({ key: "a", n: 2 });
      await app.start();
      await until(() => seen("a").length === 2, 60);
      expect(points().map(({ n }) => n)).toEqual([1, 1, 2]);
      expect(deadLetters()).toEqual([]);
    });

    it("an app that is away for longer than its retries gets what came meanwhile, and none of it is dead-lettered", async () => {
      await app.stop();
      await publish({ key: "a", n: 1 });
      const retriesAreOver = Date.now() + 40_000;
      await until(() => Date.now() > retriesAreOver, 60);
      await publish({ key: "a", n: 2 });
      await app.start();
      await until(() => seen("a").length === 2 || deadLetters().length > 0, 60);
      expect(points().map(({ n }) => n)).toEqual([1, 2]);
      expect(deadLetters()).toEqual([]);
    }, 120_000);

    it("an app that stops in an orderly way finishes, and gets the rest when it is back", async () => {
      const handler = Promise.withResolvers<undefined>();
      app.on(path(), () => (app.at(path()).length === 1 ? handler.promise : undefined));
      await publish({ key: "a", n: 1 });
      await until(() => app.inFlight.size === 1, 30);
      const left = app.leave();
      handler.resolve(undefined);
      await left;
      await publish({ key: "a", n: 2 });
      await app.start();
      await until(() => seen("a").length === 2, 60);
      expect(points().map(({ n }) => n)).toEqual([1, 2]);
      expect(deadLetters()).toEqual([]);
    });

    it("a message that fails ten times is handed over an eleventh, before those behind it", async () => {
      app.on(path(), () => (app.at(path()).length <= 10 ? { status: 500 } : undefined));
      await publish({ key: "a", n: 1 });
      await publish({ key: "a", n: 2 });
      await until(() => seen("a").length === 2, 60);
      expect(points().map(({ n }) => n)).toEqual([...Array<number>(11).fill(1), 2]);
      expect(new Set(app.events(path()).map(({ id }) => id)).size).toBe(2);
      expect(deadLetters()).toEqual([]);
    });

    it("nothing accepted is lost and each key keeps its order while the sidecar is killed mid-stream", async () => {
      const keys = ["a", "b", "c", "d"];
      const perKey = 40;
      const numbers = Array.from({ length: perKey }, (_, n) => n);
      const publishing = Promise.all(
        keys.map(async (key) => {
          for (const n of numbers) await publish({ key, n });
        }),
      );
      for (const after of [30, 90]) {
        await until(() => app.at(path()).length >= after, 60);
        await running.kill("worker", "SIGKILL");
        await running.resume("worker");
      }
      await publishing;
      await until(() => keys.every((key) => seen(key).length === perKey), 60);
      for (const key of keys) expect(seen(key)).toEqual(numbers);
    });
  });
}
