import { fileURLToPath } from "node:url";
import { topics } from "@tend/contracts";
import type { Service } from "@tend/service-kit";
import { createTestDatabase, startFakeSidecar, startForTest } from "@tend/service-kit/testing";
import { afterEach, describe, expect, it } from "vitest";
import { service as audit } from "../../../audit-service/src/service.ts";
import { service as notification } from "../../../notification-service/src/service.ts";
import { service as recurring } from "../../../recurring-task-service/src/service.ts";
import { readResources } from "../src/resources/read-resources.ts";

const { subscriptions } = readResources(fileURLToPath(new URL("../../../dapr", import.meta.url)));
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(service: Service) {
  const database = await createTestDatabase(service.schema, service.migrations);
  cleanups.push(() => database.drop());
  const sidecar = await startFakeSidecar({ [`postgres-credentials-${service.appId}`]: database.connectionString });
  cleanups.push(() => sidecar.close());
  const app = await startForTest(service, sidecar);
  cleanups.push(() => app.running.close());
  return app;
}

describe("the project's subscriptions", () => {
  it("take every topic, each with its dead letters, each for one app", () => {
    expect(new Set(subscriptions.map(({ subscription }) => subscription.topic))).toEqual(new Set(topics));
    for (const { subscription, scopes } of subscriptions) {
      expect(subscription.deadLetterTopic).toBe(`${subscription.topic}-dead-letters`);
      expect(scopes?.size).toBe(1);
    }
  });

  it.each([notification, recurring, audit])("name routes that $appId serves", async (service) => {
    const app = await start(service);
    const own = subscriptions.filter(({ scopes }) => scopes?.has(service.appId));
    expect(own.length).toBeGreaterThan(0);
    for (const path of own.flatMap(({ subscription }) => subscription.rules.map((rule) => rule.path))) {
      const answer = await app.request("POST", path, { body: { is: "no event" } });
      expect([path, answer]).toEqual([path, { status: 200, body: { status: "DROP" } }]);
    }
  });

  it("are of apps that exist", () => {
    const apps = [notification, recurring, audit].map(({ appId }) => appId);
    for (const { scopes } of subscriptions) expect(apps).toContain([...(scopes ?? [])][0]);
  });
});
