import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../engine/record.ts";
import { services } from "../launcher/apps.ts";
import { takeDataFolder } from "../launcher/data-folder.ts";
import { keepDatabase } from "../launcher/keep-database.ts";
import { chooseEndpoints } from "../launcher/ports.ts";
import { RunFile } from "../launcher/run-file.ts";
import { credentials, readSecrets, writeSecrets } from "../launcher/secrets.ts";
import type { Settings } from "../launcher/settings.ts";
import { Shutdown } from "../launcher/shutdown.ts";
import { prepareEngine } from "./engines.ts";
import type { Probe } from "./probe.ts";

/** Database, sidecars and services, each in a process of its own, and the probe as one more app behind a sidecar. */
export type Platform = {
  engine: Engine;
  backendPort: number;
  backendPid: number;
  /** As the superuser, and as the backend's own role. */
  adminUrl: string;
  backendUrl: string;
  notificationUrl: string;
  daprUrl: string;
  /** Of notification-service: it may ask the backend for contacts. */
  notificationSidecar: { port: number; apiToken: string };
  /** By name, as in the run file. */
  processes: Map<string, number>;
  /** Deliveries that the log still holds for the services. */
  countInLog(): Promise<number>;
  /** While it stands still nothing is published: events wait in the outbox. */
  pauseSidecar(): void;
  resumeSidecar(): void;
  /** While they stand still nothing is handled: events wait in the log. */
  pauseConsumers(): void;
  resumeConsumers(): void;
  stop(): Promise<void>;
};

type Options = { engine: Engine; probe: Probe; smtpUrl: string };

export async function startPlatform(options: Options): Promise<Platform> {
  const folder = mkdtempSync(join(tmpdir(), "tend-bench-"));
  const shutdown = new Shutdown(30_000);
  const stop = async () => {
    await shutdown.run();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await start(folder, shutdown, options)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  folder: string,
  shutdown: Shutdown,
  { engine: name, probe, smtpUrl }: Options,
): Promise<Omit<Platform, "stop">> {
  const settings = settingsOf(join(folder, "data"), smtpUrl);
  const lock = takeDataFolder(settings.dataFolder);
  shutdown.add(() => lock.release());
  const tell = (line: string) => console.error(line);
  const runFile = new RunFile(settings.dataFolder, { address: "", mode: "bench", databaseUrl: "" });
  const secrets = readSecrets(settings);
  const engine = await prepareEngine(name, { settings, secrets, tell, shutdown });
  await keepDatabase({ settings, secrets, runFile, tell, shutdown });
  writeSecrets(settings.dataFolder, secrets);
  const surroundings = { settings, secrets, endpoints: await chooseEndpoints() };
  await engine.start({ folder, surroundings, runFile, probe, tell, shutdown });
  const run = RunFile.read(settings.dataFolder);
  const processes = new Map(Object.entries(run?.processes ?? {}).map(([part, { pid }]) => [part, pid]));
  const urlOf = (role: string) => secrets[credentials(role)] ?? "";
  const { sidecarPort: port, apiToken } = surroundings.endpoints["notification-service"];
  const signal = (kind: NodeJS.Signals, names: string[]) => {
    for (const part of names) process.kill(processes.get(part) ?? 0, kind);
  };
  const sidecar = [engine.relaySidecar];
  const consumers = services.map(({ appId }) => appId).filter((appId) => appId !== "todo-backend");
  shutdown.add(() => signal("SIGCONT", [...sidecar, ...consumers]));
  return {
    engine: name,
    backendPort: surroundings.endpoints["todo-backend"].appPort,
    backendPid: processes.get("todo-backend") ?? 0,
    ...{ adminUrl: run?.databaseUrl ?? "", backendUrl: urlOf("todo-backend") },
    ...{ notificationUrl: urlOf("notification-service"), daprUrl: urlOf("dapr") },
    ...{ notificationSidecar: { port, apiToken }, processes },
    countInLog: async () => (await engine.countWaiting()).events.reduce((sum, { count }) => sum + count, 0),
    pauseSidecar: () => signal("SIGSTOP", sidecar),
    resumeSidecar: () => signal("SIGCONT", sidecar),
    pauseConsumers: () => signal("SIGSTOP", consumers),
    resumeConsumers: () => signal("SIGCONT", consumers),
  };
}

const settingsOf = (dataFolder: string, smtpUrl: string): Settings => ({
  ...{ port: 0, host: "127.0.0.1", dataFolder, databaseUrl: undefined, publicUrl: "http://localhost:3000" },
  ...{ smtpUrl, sendgridKey: undefined, trustedProxies: [], logLevel: "warn" },
  forServices: { RATE_LIMIT_API: "0", RATE_LIMIT_SIGN_IN: "0", MAIL_FROM: "Tend <tend@bench.example>" },
});
