import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, until } from "@tend/service-kit/testing";
import { z } from "zod";
import { freePort } from "../../../../tools/launcher/free-port.ts";
import { guard } from "../../../../tools/launcher/guard.ts";
import { daprdFlags } from "../../../../tools/stack/daprd-flags.ts";
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
  const httpPort = await freePort();
  const own = join(folder, "apps", `${app.appId}.yaml`);
  const flags = await daprdFlags({
    ...{ appId: app.appId, appPort: app.port, httpPort, folder, identity: stack.identity.flags },
    configurations: [join(folder, "config.yaml"), ...(existsSync(own) ? [own] : [])],
    appHealth: { intervalSeconds: 1, timeoutMs: 1_000 },
  });
  const tokens = { DAPR_HOST_IP: local, DAPR_API_TOKEN: app.apiToken, APP_API_TOKEN: app.appApiToken };
  const output = process.env.TEST_LOG_LEVEL ? "inherit" : "ignore";
  // It ends with us, however we end.
  const child = spawn("/bin/sh", ["-c", guard, "daprd", stack.daprd, ...flags], {
    env: { ...process.env, ...stack.identity.env, ...tokens, ...env },
    stdio: ["ignore", output, output, "pipe"],
  });
  child.stdio[3]?.on("error", () => {});
  const exited = new Promise((resolve) => child.once("exit", resolve)).then(() => child.stdio[3]?.destroy());
  const isHealthy = async () =>
    (await fetch(`http://${local}:${httpPort}/v1.0/healthz`).catch(() => null))?.status === 204;
  await until(isHealthy, 60);
  return { child, exited, httpPort };
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
