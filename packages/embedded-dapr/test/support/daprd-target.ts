import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createTestDatabase, until } from "@tend/service-kit/testing";
import type { RunningTarget, Target } from "../conformance/target.ts";
import type { TestApp } from "./test-app.ts";
import {
  component,
  configuration,
  type ResourceFiles,
  type WrittenResources,
  writeResources,
} from "./write-resources.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Started = { app: TestApp; child: ChildProcess; httpPort: number };

async function startDaprd(
  binary: string,
  app: TestApp,
  { resourcesPath, secretsFile }: WrittenResources,
): Promise<Started> {
  const [http, grpc, internal, open, metrics] = await Promise.all(Array.from({ length: 5 }, freePort));
  const own = join(resourcesPath, "apps", `${app.appId}.yaml`);
  const local = "127.0.0.1";
  const flags = [
    ...["--app-id", app.appId, "--app-port", app.port, "--app-protocol", "http", "--app-channel-address", local],
    ...["--dapr-http-port", http, "--dapr-grpc-port", grpc, "--dapr-internal-grpc-port", internal],
    ...["--dapr-internal-grpc-listen-address", local, "--dapr-listen-addresses", local],
    ...["--dapr-public-port", open, "--dapr-public-listen-address", local],
    ...["--metrics-port", metrics, "--metrics-listen-address", local, "--mode", "standalone", "--log-level", "warn"],
    ...["--resources-path", resourcesPath, "--resources-path", join(resourcesPath, "components")],
    ...["--config", join(resourcesPath, "config.yaml"), ...(existsSync(own) ? ["--config", own] : [])],
  ];
  const env = {
    ...process.env,
    DAPR_HOST_IP: local,
    DAPR_API_TOKEN: app.apiToken,
    APP_API_TOKEN: app.appApiToken,
    SECRETS_FILE: secretsFile,
  };
  const stdio = process.env.TEST_LOG_LEVEL ? "inherit" : "ignore";
  const child = spawn(binary, flags.map(String), { env, stdio });
  await until(async () => (await fetch(`http://${local}:${http}/v1.0/healthz`).catch(() => null))?.status === 204, 30);
  return { app, child, httpPort: http! };
}

const kafkaSettings = { authType: "none", version: "3.9.0", initialOffset: "oldest", consumeRetryInterval: "50ms" };

/** Real daprd on real PostgreSQL and an empty Kafka that makes topics by itself, or an in-memory pub/sub without brokers. */
export function daprd(binary: string, brokers: string | undefined): Target {
  return {
    name: brokers ? "daprd on Kafka" : "daprd in memory",
    pubsub: brokers
      ? { type: "pubsub.kafka", metadata: { brokers, ...kafkaSettings } }
      : { type: "pubsub.in-memory", metadata: {} },
    state: { metadata: {} },
    hasKeys: brokers !== undefined,
    hasIdentities: false,
    dropsClaims: false,
    start: async (apps, resources): Promise<RunningTarget> => {
      const database = await createTestDatabase("dapr");
      const written = writeResources(withReal(resources, database.connectionString));
      const started: Started[] = [];
      for (const app of apps) started.push(await startDaprd(binary, app, written));
      return {
        endpoint: (appId) => {
          const { app, httpPort } = started.find((one) => one.app.appId === appId)!;
          return { baseUrl: `http://127.0.0.1:${httpPort}`, apiToken: app.apiToken };
        },
        stop: async () => {
          const exits = started.map(({ child }) => new Promise((resolve) => child.once("exit", resolve)));
          for (const { child } of started) child.kill("SIGTERM");
          await Promise.all(exits);
          await database.drop();
        },
      };
    },
  };
}

function withReal(resources: ResourceFiles, connectionString: string): ResourceFiles {
  const names = join("/tmp", `dapr-names-${process.pid}-${Date.now()}.db`);
  const resolution = { component: "sqlite", version: "v1", configuration: { connectionString: names } };
  const spec = (resources.configuration as { spec: object }).spec;
  return {
    ...resources,
    components: resources.components.map((one) =>
      (one as { spec: { type: string } }).spec.type === "state.postgresql"
        ? component("statestore", "state.postgresql", { connectionString })
        : one,
    ),
    configuration: configuration("conformance", {
      ...spec,
      nameResolution: resolution,
      features: [{ name: "HotReload", enabled: false }],
    }),
  };
}
