import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { countInEmbedded } from "../engine/embedded-log.ts";
import { countInKafka } from "../engine/kafka-log.ts";
import type { Engine } from "../engine/record.ts";
import { withDapr } from "../engine/record.ts";
import type { Waiting } from "../engine/waiting.ts";
import { type Child, saysListening, saysReady, startChild, untilOk } from "../launcher/child.ts";
import { type Surroundings, sidecarConfig } from "../launcher/environment.ts";
import type { RunFile } from "../launcher/run-file.ts";
import { credentials, type Secrets, secretsFile } from "../launcher/secrets.ts";
import { startServices } from "../launcher/services-apart.ts";
import type { Settings } from "../launcher/settings.ts";
import type { Shutdown } from "../launcher/shutdown.ts";
import { prepareDaprd, writeLocalConfiguration } from "../stack/daprd.ts";
import { buildDapr } from "../stack/programs.ts";
import { prepareStack } from "../stack/stack.ts";
import type { Probe } from "./probe.ts";

type Preparation = { settings: Settings; secrets: Secrets; tell: (line: string) => void; shutdown: Shutdown };
type Parts = {
  /** For the probe's copy of the YAML. */
  folder: string;
  surroundings: Surroundings;
  runFile: RunFile;
  probe: Probe;
  tell: (line: string) => void;
  shutdown: Shutdown;
};
export type BenchedEngine = {
  /** Sidecars, services and the probe; what has been started is in `shutdown`. */
  start(parts: Parts): Promise<void>;
  /** Its process stands between the relay and the log. */
  relaySidecar: string;
  countWaiting(): Promise<Waiting>;
};

/** `secrets` may be added to: the stack's broker is in them. */
export const prepareEngine = (engine: Engine, preparation: Preparation): Promise<BenchedEngine> =>
  engine === "stack" ? prepareRealDapr(preparation) : Promise.resolve(embedded(preparation));

const embedded = ({ secrets }: Preparation): BenchedEngine => ({
  relaySidecar: "sidecar",
  countWaiting: () => withDapr(secrets[credentials("dapr")] ?? "", countInEmbedded),
  async start({ folder, surroundings, runFile, probe, tell, shutdown }) {
    const config = sidecarConfig(surroundings);
    const apps = [...config.apps, probe.app];
    const resourcesPath = withProbeInScope(folder, probe.app.appId);
    const ready = Promise.withResolvers<void>();
    const sidecar = await startChild({
      name: "sidecar",
      args: [join(root, "packages/embedded-dapr/src/main.ts")],
      env: { EMBEDDED_DAPR: JSON.stringify({ ...config, apps, resourcesPath }) },
      isReady: (child) => {
        saysReady(child).then(ready.resolve);
        return saysListening(child);
      },
      onStart: (pid) => runFile.add("sidecar", pid),
      tell,
    });
    const children = [sidecar];
    shutdown.add(() => stopAll(children));
    children.push(...(await startServices({ surroundings, runFile, tell, signal: shutdown.signal })));
    await ready.promise;
  },
});

async function prepareRealDapr({ settings, secrets, tell, shutdown }: Preparation): Promise<BenchedEngine> {
  const making = { tell, signal: shutdown.signal };
  const [stack, { daprd }] = [await prepareStack({ settings, secrets, ...making }), await buildDapr(making)];
  const daprUrl = () => secrets[credentials("dapr")] ?? "";
  return {
    relaySidecar: "daprd-todo-backend",
    countWaiting: () => withDapr(daprUrl(), (client) => countInKafka(secrets["kafka-brokers"] ?? "", client)),
    async start({ folder, surroundings, runFile, probe }) {
      const nobody = { backend: [], ui: [] };
      const parts = { surroundings, runFile, upstreams: nobody, replicas: 1, daprUrl: daprUrl(), ...making };
      const platform = await stack.start(parts);
      shutdown.add(() => platform.stop(3_000));
      platform.ready.catch(() => {});
      const sidecar = await startProbesDaprd({ daprd, folder, settings, probe, runFile, tell });
      shutdown.add(() => stopAll([sidecar]));
      await platform.ready;
    },
  };
}

type ProbesSidecar = Pick<Parts, "folder" | "probe" | "runFile" | "tell"> & { daprd: string; settings: Settings };

/** Without an identity of its own: it neither calls nor is called. */
async function startProbesDaprd({ daprd, folder, settings, probe, runFile, tell }: ProbesSidecar): Promise<Child> {
  const { appId, appPort, httpPort, apiToken, appApiToken } = probe.app;
  const { outbound, health, ...program } = await prepareDaprd({
    program: daprd,
    appId,
    endpoint: { appPort, sidecarPort: httpPort, apiToken, appApiToken },
    folder: withProbeInScope(folder, appId),
    secretsFile: secretsFile(settings.dataFolder),
    configuration: writeLocalConfiguration(join(folder, "probe"), undefined),
    identity: { flags: [], env: {} },
  });
  return startChild({
    ...program,
    name: `daprd-${appId}`,
    quiet: true,
    isReady: (_, signal) => untilOk(health, signal),
    onStart: (pid) => runFile.add(`daprd-${appId}`, pid, httpPort),
    tell,
  });
}

async function stopAll(children: Child[]): Promise<void> {
  await Promise.all(children.map((child) => child.stop(3_000)));
}

/** The product's own components, which let only its own apps at the topics and the state. */
function withProbeInScope(folder: string, appId: string): string {
  const resources = join(folder, "dapr");
  cpSync(join(root, "dapr"), resources, { recursive: true });
  for (const name of ["pubsub", "statestore", "secret-store"]) {
    const file = join(resources, "components", `${name}.yaml`);
    writeFileSync(file, readFileSync(file, "utf8").replace(/^scopes: \[/m, `scopes: [${appId}, `));
  }
  cpSync(join(resources, "apps/todo-frontend.yaml"), join(resources, "apps", `${appId}.yaml`));
  return resources;
}
