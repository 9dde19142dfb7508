import { afterAll, beforeAll, describe } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import { TestApp } from "../support/test-app.ts";
import { component, configuration, type ResourceFiles, resiliency } from "../support/write-resources.ts";
import { deliveryCases, deliverySubscriptions, hastyPubsub } from "./delivery-cases.ts";
import { accessControl, invocationCases, invocationPolicies } from "./invocation-cases.ts";
import { pubsubCases, subscribePubsub } from "./pubsub-cases.ts";
import { declaredSubscriptions, routingCases, scopedPubsub, subscribeRouting } from "./routing-cases.ts";
import { runtimeCases } from "./runtime-cases.ts";
import { stateCases } from "./state-cases.ts";
import type { Suite } from "./suite.ts";
import type { Target } from "./target.ts";

function resourcesFor(target: Target): ResourceFiles {
  const cron = (name: string, metadata: object) =>
    component(name, "bindings.cron", { schedule: "* * * * * *", route: `/api/jobs/${name}`, ...metadata }, ["app"]);
  const { policies, apps } = invocationPolicies;
  const delivery = { policy: "constant", duration: "10ms", maxRetries: 2 };
  return {
    components: [
      component("pubsub", "pubsub.kafka", target.pubsub),
      component("bare", "pubsub.kafka", { ...target.pubsub, consumerGroup: "{appID}-bare" }, ["app"]),
      scopedPubsub(target),
      hastyPubsub(target),
      component("statestore", "state.postgresql", { connectionString: { envRef: "STATE_DATABASE" } }),
      component("secret-store", "secretstores.local.file", { secretsFile: { envRef: "SECRETS_FILE" } }),
      cron("tick", { direction: "input" }),
      cron("probed", {}),
      cron("unwanted", {}),
    ],
    subscriptions: [...declaredSubscriptions, ...deliverySubscriptions],
    resiliency: resiliency({
      policies: { ...policies, retries: { ...policies.retries, delivery } },
      targets: {
        apps,
        components: {
          pubsub: { inbound: { retry: "delivery" } },
          hasty: { inbound: { retry: "delivery", timeout: "short" } },
        },
      },
    }),
    configuration: configuration("conformance", accessControl()),
    apps: {
      caller: configuration("caller", {
        secrets: { scopes: [{ storeName: "secret-store", defaultAccess: "deny", allowedSecrets: ["parent:child"] }] },
      }),
    },
    secrets: { flat: "value", parent: { child: "nested" } },
  };
}

/** The cases every sidecar must pass, real or embedded. */
export function describeConformance(target: Target): void {
  describe(`a Dapr sidecar (${target.name})`, () => {
    let suite: Suite;
    beforeAll(async () => {
      const [app, caller, stranger] = await Promise.all(
        ["app", "caller", "stranger"].map((appId) => new TestApp(appId).start()),
      );
      subscribePubsub(app!);
      subscribeRouting(app!);
      app!.on("/api/jobs/unwanted", () => ({ status: 404 }));
      const running = await target.start([app!, caller!, stranger!], resourcesFor(target));
      const client = new SidecarClient(running.endpoint("app"));
      suite = { target: running, app: app!, caller: caller!, stranger: stranger!, client };
    }, 120_000);
    afterAll(async () => {
      await suite?.target.stop();
      await Promise.all([suite?.app.stop(), suite?.caller.stop(), suite?.stranger.stop()]);
    }, 60_000);
    describe("pub/sub", () => pubsubCases(() => suite));
    describe("delivery", () => deliveryCases(() => suite));
    describe("subscriptions", () => routingCases(() => suite));
    describe("state", () => stateCases(() => suite));
    describe("invocation", () => invocationCases(() => suite));
    describe("secrets, bindings, health", () => runtimeCases(() => suite));
  });
}
