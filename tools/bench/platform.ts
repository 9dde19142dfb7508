import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { services } from "../launcher/apps.ts";
import { type Child, saysListening, saysReady, startChild } from "../launcher/child.ts";
import { takeDataFolder } from "../launcher/data-folder.ts";
import { environmentOf, sidecarConfig } from "../launcher/environment.ts";
import { keepDatabase } from "../launcher/keep-database.ts";
import { chooseEndpoints } from "../launcher/ports.ts";
import { RunFile } from "../launcher/run-file.ts";
import { credentials, readSecrets, writeSecrets } from "../launcher/secrets.ts";
import type { Settings } from "../launcher/settings.ts";
import { Shutdown } from "../launcher/shutdown.ts";
import type { Probe } from "./probe.ts";

/** Database, sidecar and services, each in a process of its own, and the probe as one more app behind the sidecar. */
export type Platform = {
  backendPort: number;
  backendPid: number;
  /** As the superuser, and as the backend's own role. */
  adminUrl: string;
  backendUrl: string;
  notificationUrl: string;
  daprUrl: string;
  /** Of notification-service: it may ask the backend for contacts. */
  notificationSidecar: { port: number; apiToken: string };
  /** While it stands still nothing is published or delivered: events wait in the outbox. */
  pauseSidecar(): void;
  resumeSidecar(): void;
  stop(): Promise<void>;
};

export async function startPlatform(probe: Probe, smtpUrl: string): Promise<Platform> {
  const folder = mkdtempSync(join(tmpdir(), "tend-bench-"));
  const shutdown = new Shutdown(30_000);
  const stop = async () => {
    await shutdown.run();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await start(folder, shutdown, { probe, smtpUrl })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = { probe: Probe; smtpUrl: string };

async function start(folder: string, shutdown: Shutdown, { probe, smtpUrl }: Parts): Promise<Omit<Platform, "stop">> {
  const settings = settingsOf(join(folder, "data"), smtpUrl);
  const lock = takeDataFolder(settings.dataFolder);
  shutdown.add(() => lock.release());
  const tell = (line: string) => console.error(line);
  const runFile = new RunFile(settings.dataFolder, { address: "", mode: "bench", databaseUrl: "" });
  const secrets = readSecrets(settings);
  await keepDatabase({ settings, secrets, runFile, tell, shutdown });
  writeSecrets(settings.dataFolder, secrets);
  const surroundings = { settings, secrets, endpoints: await chooseEndpoints() };
  const config = sidecarConfig(surroundings);
  const apps = [...config.apps, probe.app];
  const resourcesPath = withProbeInScope(folder, probe.app.appId);
  const running = new Map<string, number>();
  const sidecarReady = Promise.withResolvers<void>();
  const children: Child[] = [];
  shutdown.add(async () => {
    await Promise.all(children.map((child) => child.stop(3_000)));
  });
  children.push(
    await startChild({
      name: "sidecar",
      args: [join(root, "packages/embedded-dapr/src/main.ts")],
      env: { EMBEDDED_DAPR: JSON.stringify({ ...config, apps, resourcesPath }) },
      isReady: (child) => {
        saysReady(child).then(sidecarReady.resolve);
        return saysListening(child);
      },
      onStart: (pid) => running.set("sidecar", pid),
      tell,
    }),
  );
  const starting = services.map(({ appId, folder: own }) =>
    startChild({
      ...{ name: appId, args: [...nodeOptions(appId), join(root, own, "src/main.ts")], tell },
      ...{ env: environmentOf(appId, surroundings), isReady: saysReady },
      onStart: (pid) => running.set(appId, pid),
    }),
  );
  children.push(...(await Promise.all(starting)));
  await sidecarReady.promise;
  const urlOf = (role: string) => secrets[credentials(role)] ?? "";
  const admin = RunFile.read(settings.dataFolder)?.databaseUrl ?? "";
  const { sidecarPort: port, apiToken } = surroundings.endpoints["notification-service"];
  const signal = (name: NodeJS.Signals) => process.kill(running.get("sidecar") ?? 0, name);
  shutdown.add(() => void signal("SIGCONT"));
  return {
    backendPort: surroundings.endpoints["todo-backend"].appPort,
    backendPid: running.get("todo-backend") ?? 0,
    ...{ adminUrl: admin, backendUrl: urlOf("todo-backend") },
    ...{ notificationUrl: urlOf("notification-service"), daprUrl: urlOf("dapr") },
    notificationSidecar: { port, apiToken },
    pauseSidecar: () => signal("SIGSTOP"),
    resumeSidecar: () => signal("SIGCONT"),
  };
}

/** BENCH_PROFILE=<folder>: the backend leaves a CPU profile there when it ends. */
const nodeOptions = (appId: string) =>
  process.env.BENCH_PROFILE && appId === "todo-backend"
    ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`]
    : [];

const settingsOf = (dataFolder: string, smtpUrl: string): Settings => ({
  ...{ port: 0, host: "127.0.0.1", dataFolder, databaseUrl: undefined, publicUrl: "http://localhost:3000" },
  ...{ smtpUrl, sendgridKey: undefined, trustedProxies: [], logLevel: "warn" },
  forServices: { RATE_LIMIT_API: "0", RATE_LIMIT_SIGN_IN: "0", MAIL_FROM: "Tend <tend@bench.example>" },
});

/** The product's own components, which let only its own apps at the topics and the state. */
function withProbeInScope(folder: string, appId: string): string {
  const resources = join(folder, "dapr");
  cpSync(join(root, "dapr"), resources, { recursive: true });
  for (const name of ["pubsub", "statestore"]) {
    const file = join(resources, "components", `${name}.yaml`);
    writeFileSync(file, readFileSync(file, "utf8").replace(/^scopes: \[/m, `scopes: [${appId}, `));
  }
  return resources;
}
