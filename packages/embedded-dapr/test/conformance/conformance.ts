import { afterAll, beforeAll, describe } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import { TestApp } from "../support/test-app.ts";
import { component, configuration, type ResourceFiles } from "../support/write-resources.ts";
import { pubsubCases, pubsubResources, type Suite, subscribePubsub } from "./pubsub-cases.ts";
import { runtimeCases } from "./runtime-cases.ts";
import { stateCases } from "./state-cases.ts";
import type { Target } from "./target.ts";

function resourcesFor(target: Target): ResourceFiles {
  const pubsub = pubsubResources(target);
  const allow = (name: string, ...httpVerb: string[]) => ({ name, httpVerb, action: "allow" });
  const cron = (name: string, metadata: object) =>
    component(name, "bindings.cron", { schedule: "* * * * * *", route: `/api/jobs/${name}`, ...metadata }, ["app"]);
  return {
    ...pubsub,
    components: [
      ...pubsub.components,
      component("statestore", "state.postgresql", target.state.metadata),
      component("secret-store", "secretstores.local.file", { secretsFile: { envRef: "SECRETS_FILE" } }),
      cron("tick", { direction: "input" }),
      cron("probed", {}),
      cron("unwanted", {}),
    ],
    configuration: configuration("conformance", {
      ...(target.hasIdentities && {
        accessControl: {
          defaultAction: "deny",
          trustDomain: "public",
          policies: [
            {
              appId: "caller",
              trustDomain: "public",
              namespace: "default",
              defaultAction: "deny",
              operations: [allow("/api/read-only", "GET"), allow("/api/**", "*")],
            },
          ],
        },
      }),
    }),
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
      const app = await new TestApp("app").start();
      const caller = await new TestApp("caller").start();
      subscribePubsub(app);
      app.on("/api/jobs/unwanted", () => ({ status: 404 }));
      const running = await target.start([app, caller], resourcesFor(target));
      suite = { target: running, app, caller, client: new SidecarClient(running.endpoint("app")) };
    }, 60_000);
    afterAll(async () => {
      await suite?.target.stop();
      await Promise.all([suite?.app.stop(), suite?.caller.stop()]);
    });
    describe("pub/sub", () => pubsubCases(target, () => suite));
    describe("state", () => stateCases(() => suite));
    describe("secrets, invocation, bindings, health", () => runtimeCases(target, () => suite));
  });
}
