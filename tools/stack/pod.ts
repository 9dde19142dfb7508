import { type AppId, ui } from "../launcher/apps.ts";
import { type Child, untilOk } from "../launcher/child.ts";
import type { Surroundings } from "../launcher/environment.ts";
import { addressAt, chooseEndpoints } from "../launcher/ports.ts";
import { startService } from "../launcher/services-apart.ts";
import { startUi } from "../launcher/ui.ts";
import { prepareDaprd, type SidecarOptions } from "./daprd.ts";
import { begin, type Program, type Whereabouts } from "./ground.ts";
import { setFound as setFoundIn } from "./names.ts";
import type { Sentry } from "./sentry.ts";

export type PodOptions = Whereabouts & {
  surroundings: Surroundings;
  sentry: Sentry;
  /** What all sidecars have in common. */
  daprd: Pick<SidecarOptions, "program" | "secretsFile" | "configuration">;
  log?: string | undefined;
  /** Resolves when the pages can be served; left out where there are none. */
  pagesBuilt?: Promise<void> | undefined;
};
/** An app's process and its sidecar, as in a cluster. */
export type Pod = {
  /** In the run file. */
  name: string;
  appId: AppId;
  /** Where the app listens. */
  address: string;
  /** Answers without an error when messages flow to it. */
  health: string;
  /** By other sidecars. */
  setFound(isFound: boolean): void;
  /** The app, then its sidecar. */
  stop(graceMs: number): Promise<void>;
};
type NewPod = { appId: AppId; number: number; sources?: string };

export async function startPod(options: PodOptions, { appId, number, ...more }: NewPod): Promise<Pod> {
  const suffix = number === 1 ? "" : `-${number}`;
  const surroundings = await surroundingsOf(appId, number, options);
  const endpoint = surroundings.endpoints[appId];
  const { program, health, internalPort } = await prepareSidecar(appId, suffix, { ...options, surroundings });
  const setFound = (isFound: boolean) => setFoundIn(options.folder, { appId, port: internalPort }, isFound);
  const name = `${appId}${suffix}`;
  const sidecar = await begin(program, options);
  setFound(false);
  const app = await startApp(appId, { ...options, ...more, surroundings, suffix }).catch(async (error) => {
    await sidecar.stop(1_000);
    throw error;
  });
  const stop = async (graceMs: number) => {
    await app.stop(graceMs);
    options.runFile.forget(name);
    await sidecar.stop(graceMs);
    options.runFile.forget(program.name);
  };
  return { name, appId, address: addressAt(endpoint), health, setFound, stop };
}

async function startApp(appId: AppId, options: PodOptions & { suffix: string; sources?: string }): Promise<Child> {
  if (appId !== ui.appId) return startService(appId, options);
  await options.pagesBuilt;
  return startUi({ ...options, reload: false });
}

/** The first replica is where the launcher said. */
async function surroundingsOf(appId: AppId, number: number, { surroundings }: PodOptions): Promise<Surroundings> {
  if (number === 1) return surroundings;
  const own = (await chooseEndpoints())[appId];
  return { ...surroundings, endpoints: { ...surroundings.endpoints, [appId]: own } };
}

async function prepareSidecar(
  appId: AppId,
  suffix: string,
  { surroundings, daprd, sentry, signal }: PodOptions,
): Promise<{ program: Program; health: string; internalPort: string }> {
  const identity = { flags: sentry.flags, env: await sentry.trustAnchors(signal) };
  const endpoint = surroundings.endpoints[appId];
  const { outbound, health, ...program } = await prepareDaprd({ ...daprd, appId, endpoint, identity });
  const isReady: Program["isReady"] = (_, given) => untilOk(outbound, given);
  const internalPort = program.args[program.args.indexOf("--dapr-internal-grpc-port") + 1] ?? "";
  const named = { ...program, name: `daprd-${appId}${suffix}`, port: endpoint.sidecarPort, isReady };
  return { program: named, health, internalPort };
}
