import { createTestDatabase, type TestDatabase } from "@tend/service-kit/testing";
import { type Logger, pino } from "pino";
import { type EmbeddedDapr, type EmbeddedDaprConfig, startEmbeddedDapr } from "../../src/index.ts";
import type { RunningTarget, Target } from "../conformance/target.ts";
import { ChildSidecar } from "./child-sidecar.ts";
import type { TestApp } from "./test-app.ts";
import { type ResourceFiles, writeResources } from "./write-resources.ts";

export const silent: Logger = pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" });

export interface StartedEmbedded extends Pick<RunningTarget, "endpoint" | "stop"> {
  dapr: EmbeddedDapr;
  database: TestDatabase;
  config: EmbeddedDaprConfig;
}

export function toConfig(apps: TestApp[], resources: ResourceFiles, databaseUrl: string): EmbeddedDaprConfig {
  return {
    ...writeResources(resources),
    databaseUrl,
    apps: apps.map(({ appId, port, apiToken, appApiToken }) => ({ appId, appPort: port, apiToken, appApiToken })),
  };
}

export function endpointOf(apps: TestApp[], ports: Map<string, { httpPort: number }>, appId: string) {
  const apiToken = apps.find((app) => app.appId === appId)!.apiToken;
  return { baseUrl: `http://127.0.0.1:${ports.get(appId)!.httpPort}`, apiToken };
}

/** An embedded sidecar on a database of its own. */
export async function startEmbedded(
  apps: TestApp[],
  resources: ResourceFiles,
  over: Partial<EmbeddedDaprConfig> & { database?: TestDatabase } = {},
): Promise<StartedEmbedded> {
  const { database: given, ...config } = over;
  const database = given ?? (await createTestDatabase("dapr"));
  const full = { ...toConfig(apps, resources, database.connectionString), ...config };
  const dapr = await startEmbeddedDapr({ ...full, logger: silent });
  return {
    dapr,
    database,
    config: full,
    endpoint: (appId) => endpointOf(apps, dapr.apps, appId),
    stop: async () => {
      await dapr.close({ graceMs: 1_000 });
      if (!given) await database.drop();
    },
  };
}

async function startChild(config: EmbeddedDaprConfig) {
  const child = new ChildSidecar(config);
  await child.ready;
  return { child, ports: await child.ports };
}

/** In a process of its own, which all apps share, so that it can be killed. */
export const embedded: Target = {
  name: "embedded",
  pubsub: { brokers: "ignored", consumeRetryInterval: "50ms" },
  start: async (apps, resources) => {
    const database = await createTestDatabase("dapr");
    const config = toConfig(apps, resources, database.connectionString);
    let running = await startChild(config);
    return {
      endpoint: (appId) => {
        const { apiToken } = apps.find((app) => app.appId === appId)!;
        return { baseUrl: `http://127.0.0.1:${running.ports[appId]}`, apiToken };
      },
      kill: async (_appId, signal) => void (await running.child.signal(signal)),
      resume: async () => {
        running = await startChild(config);
      },
      stop: async () => {
        await running.child.signal("SIGTERM");
        await database.drop();
      },
    };
  },
};
