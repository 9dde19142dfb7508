import { prepareStack } from "../stack/stack.ts";
import { ui } from "./apps.ts";
import { takeDataFolder } from "./data-folder.ts";
import { type FrontDoor, startFrontDoor } from "./front-door.ts";
import { keepDatabase } from "./keep-database.ts";
import { chooseEndpoints, type Endpoints } from "./ports.ts";
import { checkDatabase } from "./roles.ts";
import { endLeftovers, RunFile } from "./run-file.ts";
import { readSecrets, writeSecrets } from "./secrets.ts";
import { startApart } from "./services-apart.ts";
import { loadServices, startInside } from "./services-inside.ts";
import type { Settings } from "./settings.ts";
import type { Shutdown } from "./shutdown.ts";
import { startUi } from "./ui.ts";
import { buildUi } from "./ui-build.ts";

export type Mode = "inside" | "processes" | "dev" | "stack";
export type LaunchOptions = {
  settings: Settings;
  mode: Mode;
  /** Of each service, on the stack; default 1. */
  replicas?: number;
  tell: (line: string) => void;
  shutdown: Shutdown;
};

/** Starts everything and opens the front door when all of it is ready. What has been started is in `shutdown`, also when this fails half-way. */
export async function launch({ settings, mode, replicas = 1, tell, shutdown }: LaunchOptions): Promise<void> {
  const folder = takeDataFolder(settings.dataFolder);
  shutdown.add(() => folder.release());
  const endpoints = await chooseEndpoints();
  const door = await startFrontDoor({ ...settings, ...upstreams(endpoints) });
  if (settings.databaseUrl) await checkDatabase(settings.databaseUrl);
  await endLeftovers(settings.dataFolder);
  const runFile = new RunFile(settings.dataFolder, { address: "", mode, databaseUrl: "" });
  shutdown.add(() => runFile.remove());

  const loading = mode === "inside" ? loadServices() : undefined;
  const secrets = readSecrets(settings);
  const stack = mode === "stack" ? await prepareStack({ settings, secrets, tell, signal: shutdown.signal }) : undefined;
  const surroundings = { settings, endpoints, secrets };
  const parts = { surroundings, runFile, tell, reload: mode === "dev" };
  const uiReady = (mode === "dev" ? Promise.resolve() : buildUi(tell, shutdown.signal)).then(async () => {
    shutdown.signal.throwIfAborted();
    const child = await startUi(parts);
    shutdown.add(() => child.stop(1_500));
  });
  uiReady.catch(() => {});
  shutdown.add(() => uiReady.catch(() => {}));

  await keepDatabase({ settings, secrets, runFile, tell, shutdown });
  writeSecrets(settings.dataFolder, secrets);
  shutdown.signal.throwIfAborted();
  const platform = await startPlatform();
  shutdown.add(() => platform.stop(2_200));
  await Promise.all([uiReady, platform.ready]);
  open(door, shutdown);
  runFile.set({ address: addressOf(settings) });

  function startPlatform() {
    if (stack) return stack.start({ ...parts, replicas, signal: shutdown.signal });
    return loading ? startInside(surroundings, loading) : startApart(parts);
  }
}

function open(door: FrontDoor, shutdown: Shutdown) {
  shutdown.add(() => door.close());
  door.open();
}

const upstreams = (endpoints: Endpoints) => ({
  backend: `http://127.0.0.1:${endpoints["todo-backend"].appPort}`,
  ui: `http://127.0.0.1:${endpoints[ui.appId].appPort}`,
});

/** What to type into a browser on this machine. */
export function addressOf({ host, port }: Pick<Settings, "host" | "port">): string {
  if (["127.0.0.1", "0.0.0.0", "::", "::1"].includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
