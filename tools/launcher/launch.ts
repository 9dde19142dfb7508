import { markRunning, refuseUnlessDrained } from "../engine/record.ts";
import type { prepareStack } from "../stack/stack.ts";
import { ui } from "./apps.ts";
import { takeDataFolder } from "./data-folder.ts";
import { type FrontDoor, startFrontDoor, type Upstreams } from "./front-door.ts";
import { keepDatabase } from "./keep-database.ts";
import { addressAt, chooseEndpoints, type Endpoints } from "./ports.ts";
import { checkDatabase } from "./roles.ts";
import { endLeftovers, RunFile } from "./run-file.ts";
import { credentials, readSecrets, writeSecrets } from "./secrets.ts";
import { startApart } from "./services-apart.ts";
import { loadServices, type Platform, startInside } from "./services-inside.ts";
import type { Settings } from "./settings.ts";
import type { Shutdown } from "./shutdown.ts";
import { startUi } from "./ui.ts";
import { buildUi } from "./ui-build.ts";

export type Mode = "inside" | "processes" | "dev" | "stack";
export type LaunchOptions = {
  settings: Settings;
  mode: Mode;
  /** Of each app, on the stack; default 1. */
  replicas?: number;
  /** The front door stays shut and there are no pages, and what another engine holds does not matter: for `npm run drain`. */
  closed?: boolean;
  /** File that takes what the stack's services write, instead of standard output. */
  log?: string;
  tell: (line: string) => void;
  shutdown: Shutdown;
};

/** Starts everything and opens the front door when all of it is ready. What has been started is in `shutdown`, also when this fails half-way. */
export async function launch({ settings, mode, tell, shutdown, ...options }: LaunchOptions): Promise<Platform> {
  const { replicas = 1, closed = false, log } = options;
  const folder = takeDataFolder(settings.dataFolder);
  shutdown.add(() => folder.release());
  const endpoints = await chooseEndpoints();
  const upstreams = upstreamsOf(endpoints);
  const door = await startFrontDoor({ ...settings, upstreams });
  // Once it is open it is the first that closes.
  shutdown.add(() => door.close());
  if (settings.databaseUrl) await checkDatabase(settings.databaseUrl);
  await endLeftovers(settings.dataFolder);
  const runFile = new RunFile(settings.dataFolder, { address: "", mode, databaseUrl: "" });
  shutdown.add(() => runFile.remove());

  const loading = mode === "inside" ? loadServices() : undefined;
  const secrets = readSecrets(settings);
  const stack = mode === "stack" ? await loadStack({ settings, secrets, tell, signal: shutdown.signal }) : undefined;
  const surroundings = { settings, endpoints, secrets };
  const parts = { surroundings, runFile, tell, reload: mode === "dev", signal: shutdown.signal };
  const pagesBuilt = closed ? undefined : buildPages();
  const pages = stack || !pagesBuilt ? undefined : beginUi(pagesBuilt);

  await keepDatabase({ settings, secrets, runFile, tell, shutdown });
  writeSecrets(settings.dataFolder, secrets);
  shutdown.signal.throwIfAborted();
  const daprUrl = secrets[credentials("dapr")] ?? "";
  if (!closed) await refuseUnlessDrained(daprUrl, stack ? "stack" : "embedded");
  const starting = startPlatform();
  // Known before it is there: what was begun is stopped in order, also half-way.
  shutdown.add(async () => (await starting.catch(() => undefined))?.stop(2_200));
  const platform = await starting;
  if (closed) return platform;
  await Promise.all([pages, platform.ready]);
  open(door, shutdown);
  runFile.set({ address: addressOf(settings) });
  return platform;

  async function startPlatform(): Promise<Platform> {
    if (stack) return stack.start({ ...parts, pagesBuilt, replicas, daprUrl, upstreams, log });
    await markRunning(daprUrl, "embedded");
    return loading ? startInside(surroundings, loading) : startApart(parts);
  }

  /** Whoever waits for it is told when it fails, also much later. */
  function buildPages(): Promise<void> {
    const built = mode === "dev" ? Promise.resolve() : buildUi(tell, shutdown.signal);
    built.catch(() => {});
    shutdown.add(() => built.catch(() => {}));
    return built;
  }

  function beginUi(built: Promise<void>): Promise<unknown> {
    const starting = built.then(() => startUi(parts));
    starting.catch(() => {});
    shutdown.add(async () => (await starting.catch(() => undefined))?.stop(1_500));
    return starting;
  }
}

/** Only where it is wanted: a broker's client is of no use to others. */
const loadStack = async (preparation: Parameters<typeof prepareStack>[0]) =>
  (await import("../stack/stack.ts")).prepareStack(preparation);

function open(door: FrontDoor, shutdown: Shutdown) {
  shutdown.add(() => door.close());
  door.open();
}

const upstreamsOf = (endpoints: Endpoints): Upstreams => ({
  backend: [addressAt(endpoints["todo-backend"])],
  ui: [addressAt(endpoints[ui.appId])],
});

/** What to type into a browser on this machine. */
export function addressOf({ host, port }: Pick<Settings, "host" | "port">): string {
  if (["127.0.0.1", "0.0.0.0", "::", "::1"].includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
