import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, until } from "@tend/service-kit/testing";
import { z } from "zod";
import { freePort } from "../../../../tools/launcher/free-port.ts";
import { guard } from "../../../../tools/launcher/guard.ts";
import { ensureTopics } from "../../../../tools/stack/kafka.ts";
import type { Target } from "../conformance/target.ts";
import type { TestApp } from "./test-app.ts";
import { configuration, type ResourceFiles, writeResources } from "./write-resources.ts";

/** A broker and a certificate authority that run, and the program that is tested on them. */
export const RealStack = z.strictObject({
  daprd: z.string(),
  brokers: z.string(),
  identity: z.strictObject({ flags: z.array(z.string()), env: z.record(z.string(), z.string()) }),
});
type RealStack = z.infer<typeof RealStack>;

type Started = { child: ChildProcess; exited: Promise<unknown>; httpPort: number };
type Options = { stack: RealStack; folder: string; env: Record<string, string> };

const local = "127.0.0.1";
const kafkaSettings = { authType: "none", version: "3.9.0", initialOffset: "oldest", consumeRetryInterval: "50ms" };

async function startDaprd(app: TestApp, { stack, folder, env }: Options): Promise<Started> {
  const [http, grpc, internal, open, metrics] = await Promise.all(Array.from({ length: 5 }, freePort));
  const own = join(folder, "apps", `${app.appId}.yaml`);
  const resources = ["", "components", "subscriptions"].flatMap((name) => ["--resources-path", join(folder, name)]);
  const flags = [
    ...["--app-id", app.appId, "--app-port", app.port, "--app-protocol", "http", "--app-channel-address", local],
    ...["--dapr-http-port", http, "--dapr-grpc-port", grpc, "--dapr-internal-grpc-port", internal],
    ...["--dapr-internal-grpc-listen-address", local, "--dapr-listen-addresses", local],
    ...["--dapr-public-port", open, "--dapr-public-listen-address", local],
    ...["--metrics-port", metrics, "--metrics-listen-address", local, "--mode", "standalone", "--log-level", "warn"],
    ...[...stack.identity.flags, ...resources, "--enable-app-health-check", "--app-health-check-path", "/health/live"],
    ...["--app-health-probe-interval", 1, "--app-health-probe-timeout", 1_000, "--app-health-threshold", 3],
    ...["--config", join(folder, "config.yaml"), ...(existsSync(own) ? ["--config", own] : [])],
  ];
  const tokens = { DAPR_HOST_IP: local, DAPR_API_TOKEN: app.apiToken, APP_API_TOKEN: app.appApiToken };
  const output = process.env.TEST_LOG_LEVEL ? "inherit" : "ignore";
  // It ends with us, however we end.
  const child = spawn("/bin/sh", ["-c", guard, "daprd", stack.daprd, ...flags.map(String)], {
    env: { ...process.env, ...stack.identity.env, ...tokens, ...env },
    stdio: ["ignore", output, output, "pipe"],
  });
  child.stdio[3]?.on("error", () => {});
  const exited = new Promise((resolve) => child.once("exit", resolve)).then(() => child.stdio[3]?.destroy());
  const isHealthy = async () => (await fetch(`http://${local}:${http}/v1.0/healthz`).catch(() => null))?.status === 204;
  await until(isHealthy, 60);
  return { child, exited, httpPort: http! };
}

/** Real daprd with mTLS, on real PostgreSQL and Kafka. */
export function daprd(stack: RealStack): Target {
  return {
    name: "daprd",
    pubsub: { brokers: stack.brokers, ...kafkaSettings },
    start: async (apps, resources) => {
      const database = await createTestDatabase("dapr");
      const { resourcesPath: folder, secretsFile } = writeResources(withLocalNames(resources));
      await ensureTopics(stack.brokers, topicsOf(apps, resources), 3);
      const env = { SECRETS_FILE: secretsFile, STATE_DATABASE: database.connectionString };
      const start = async (app: TestApp) => [app.appId, await startDaprd(app, { stack, folder, env })] as const;
      const started = new Map(await Promise.all(apps.map(start)));
      const kill = async (appId: string, signal: NodeJS.Signals) => {
        const { child, exited } = started.get(appId)!;
        child.kill(signal);
        await exited;
      };
      return {
        endpoint: (appId) => {
          const { apiToken } = apps.find((app) => app.appId === appId)!;
          return { baseUrl: `http://${local}:${started.get(appId)!.httpPort}`, apiToken };
        },
        kill,
        resume: async (appId) => {
          started.set(...(await start(apps.find((app) => app.appId === appId)!)));
        },
        stop: async () => {
          await Promise.all(apps.map(({ appId }) => kill(appId, "SIGTERM")));
          await database.drop();
        },
      };
    },
  };
}

const Named = z.object({ topic: z.string(), deadLetterTopic: z.string().optional() });

/** Every topic that is subscribed to must be there: in production none is made by being named. */
function topicsOf(apps: TestApp[], { subscriptions = [] }: ResourceFiles): string[] {
  const declared = subscriptions.map((one) => (one as { spec: unknown }).spec);
  const all = z.array(Named).parse([...declared, ...apps.flatMap((app) => app.subscriptions)]);
  return [
    ...new Set(all.flatMap(({ topic, deadLetterTopic }) => (deadLetterTopic ? [topic, deadLetterTopic] : [topic]))),
  ];
}

/** Multicast, by which sidecars usually find each other, does not reach 127.0.0.1. */
function withLocalNames(resources: ResourceFiles): ResourceFiles {
  const connectionString = join(mkdtempSync(join(tmpdir(), "dapr-names-")), "names.db");
  const { spec = {} } = (resources.configuration ?? {}) as { spec?: object };
  const nameResolution = { component: "sqlite", version: "v1", configuration: { connectionString } };
  const features = [{ name: "HotReload", enabled: false }];
  return { ...resources, configuration: configuration("conformance", { ...spec, nameResolution, features }) };
}
