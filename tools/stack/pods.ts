import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AppId, type ServiceId, services, ui } from "../launcher/apps.ts";
import { allOrNone, startChild, untilOk } from "../launcher/child.ts";
import type { Surroundings } from "../launcher/environment.ts";
import type { Upstreams } from "../launcher/front-door.ts";
import { addressAt, chooseEndpoints } from "../launcher/ports.ts";
import type { RunFile } from "../launcher/run-file.ts";
import { startService } from "../launcher/services-apart.ts";
import { prepareDaprd, type SidecarOptions } from "./daprd.ts";
import type { Program } from "./ground.ts";
import { setFound as setFoundIn } from "./names.ts";
import type { Sentry } from "./sentry.ts";

export type PodsOptions = {
  surroundings: Surroundings;
  runFile: RunFile;
  /** Of everything that the stack keeps. */
  folder: string;
  sentry: Sentry;
  /** What all sidecars have in common. */
  daprd: Pick<SidecarOptions, "program" | "secretsFile" | "configuration">;
  /** The front door leads to those that are ready. */
  upstreams: Upstreams;
  log?: string | undefined;
  tell: (line: string) => void;
  signal: AbortSignal;
};
/** An app's process and its sidecar, as in a cluster; of the UI the sidecar only. */
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
export type Pods = {
  of(appId: ServiceId): readonly Pod[];
  /** One more replica, of the version whose sources are in that folder; resolves when it is ready, and so is its sidecar. */
  start(appId: ServiceId, sources?: string): Promise<Pod>;
  /** Neither the front door nor a sidecar leads anybody to it any more; after the wait it finishes, and then its sidecar. */
  stop(pod: Pod, times: { waitMs: number; graceMs: number }): Promise<void>;
};
type AllPods = Pods & {
  /** One more replica of every service, and at first the UI's sidecar. */
  startEach(): Promise<void>;
  areHealthy(signal: AbortSignal): Promise<void>;
  stopAll(graceMs: number): Promise<void>;
};

export function createPods(options: PodsOptions): AllPods {
  const { upstreams } = options;
  const running = new Set<Pod>();
  const made = new Map<AppId, number>();

  async function add(appId: AppId, sources?: string): Promise<Pod> {
    const number = (made.get(appId) ?? 0) + 1;
    made.set(appId, number);
    const pod = await startPod(options, { appId, number, ...(sources ? { sources } : {}) });
    running.add(pod);
    return pod;
  }
  const open = ({ appId, address, setFound }: Pod) => {
    setFound(true);
    const isThere = upstreams.backend.includes(address);
    if (appId === "todo-backend" && !isThere) upstreams.backend.push(address);
  };
  const end = async (pod: Pod, graceMs: number) => {
    await pod.stop(graceMs);
    running.delete(pod);
  };
  return {
    of: (appId) => [...running].filter((pod) => pod.appId === appId),
    async start(appId, sources) {
      const pod = await add(appId, sources);
      await untilOk(pod.health, options.signal);
      open(pod);
      return pod;
    },
    async stop(pod, { waitMs, graceMs }) {
      pod.setFound(false);
      const place = upstreams.backend.indexOf(pod.address);
      if (place >= 0) upstreams.backend.splice(place, 1);
      await sleep(waitMs);
      await end(pod, graceMs);
    },
    async startEach() {
      const apps = [...services.map(({ appId }) => appId), ...(made.has(ui.appId) ? [] : [ui.appId])];
      for (const pod of await allOrNone(apps.map((appId) => add(appId)))) open(pod);
    },
    areHealthy: async (signal) => void (await Promise.all([...running].map(({ health }) => untilOk(health, signal)))),
    stopAll: async (graceMs) => void (await Promise.all([...running].map((pod) => end(pod, graceMs)))),
  };
}

type NewPod = { appId: AppId; number: number; sources?: string };

async function startPod(options: PodsOptions, { appId, number, ...more }: NewPod): Promise<Pod> {
  const suffix = number === 1 ? "" : `-${number}`;
  const surroundings = await surroundingsOf(appId, number, options);
  const endpoint = surroundings.endpoints[appId];
  const { program, health, internalPort } = await prepareSidecar(appId, suffix, { ...options, surroundings });
  const setFound = (isFound: boolean) => setFoundIn(options.folder, { appId, port: internalPort }, isFound);
  const name = `${appId}${suffix}`;
  const sidecar = await begin(program, options);
  setFound(false);
  const starting = appId === ui.appId ? undefined : startService(appId, { ...options, ...more, surroundings, suffix });
  const service = await starting?.catch(async (error) => {
    await sidecar.stop(1_000);
    throw error;
  });
  const stop = async (graceMs: number) => {
    await service?.stop(graceMs);
    if (service) options.runFile.forget(name);
    await sidecar.stop(graceMs);
    options.runFile.forget(program.name);
  };
  return { name, appId, address: addressAt(endpoint), health, setFound, stop };
}

/** The first replica is where the launcher said. */
async function surroundingsOf(appId: AppId, number: number, { surroundings }: PodsOptions): Promise<Surroundings> {
  if (number === 1) return surroundings;
  const own = (await chooseEndpoints())[appId];
  return { ...surroundings, endpoints: { ...surroundings.endpoints, [appId]: own } };
}

async function prepareSidecar(
  appId: AppId,
  suffix: string,
  { surroundings, daprd, sentry, signal }: PodsOptions,
): Promise<{ program: Program; health: string; internalPort: string }> {
  const identity = { flags: sentry.flags, env: await sentry.trustAnchors(signal) };
  const endpoint = surroundings.endpoints[appId];
  const { outbound, health, ...program } = await prepareDaprd({ ...daprd, appId, endpoint, identity });
  const isReady: Program["isReady"] = (_, given) => untilOk(outbound, given);
  const internalPort = program.args[program.args.indexOf("--dapr-internal-grpc-port") + 1] ?? "";
  const named = { ...program, name: `daprd-${appId}${suffix}`, port: endpoint.sidecarPort, isReady };
  return { program: named, health, internalPort };
}

export const begin = ({ port, ...program }: Program, { folder, runFile, tell, signal }: Omit<PodsOptions, "daprd">) =>
  startChild({
    env: {},
    ...program,
    log: join(folder, "logs", `${program.name}.log`),
    onStart: (pid) => runFile.add(program.name, pid, port),
    tell,
    signal,
  });
