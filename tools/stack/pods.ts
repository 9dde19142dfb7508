import { setTimeout as sleep } from "node:timers/promises";
import { type AppId, appIds, ui } from "../launcher/apps.ts";
import { allOrNone, untilOk } from "../launcher/child.ts";
import type { Upstreams } from "../launcher/front-door.ts";
import { type Pod, type PodOptions, startPod } from "./pod.ts";

export type PodsOptions = PodOptions & {
  /** The front door leads to those that are ready. */
  upstreams: Upstreams;
};

export type Pods = {
  of(appId: AppId): readonly Pod[];
  /** One more replica, of the version whose sources are in that folder; resolves when it is ready, and so is its sidecar. */
  start(appId: AppId, sources?: string): Promise<Pod>;
  /** Neither the front door nor a sidecar leads anybody to it any more; after the wait it finishes, and then its sidecar. */
  stop(pod: Pod, times: { waitMs: number; graceMs: number }): Promise<void>;
};
type AllPods = Pods & {
  /** One more replica of every app; of the UI only where there are pages. */
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
  // Others wait for it, while pages may still have to be built.
  const addOpen = async (appId: AppId) => {
    const pod = await add(appId);
    open(pod, upstreams);
    return pod;
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
      open(pod, upstreams);
      return pod;
    },
    async stop(pod, { waitMs, graceMs }) {
      shut(pod, upstreams);
      await sleep(waitMs);
      await end(pod, graceMs);
    },
    async startEach() {
      const apps = appIds.filter((appId) => appId !== ui.appId || options.pagesBuilt);
      await allOrNone(apps.map(addOpen));
    },
    areHealthy: async (signal) => void (await Promise.all([...running].map(({ health }) => untilOk(health, signal)))),
    stopAll: async (graceMs) => void (await Promise.all([...running].map((pod) => end(pod, graceMs)))),
  };
}

function open({ appId, address, setFound }: Pod, upstreams: Upstreams) {
  setFound(true);
  const open = behindTheDoor(appId, upstreams);
  if (open && !open.includes(address)) open.push(address);
}

function shut({ appId, address, setFound }: Pod, upstreams: Upstreams) {
  setFound(false);
  const open = behindTheDoor(appId, upstreams);
  if (open?.includes(address)) open.splice(open.indexOf(address), 1);
}

function behindTheDoor(appId: AppId, upstreams: Upstreams): string[] | undefined {
  if (appId === "todo-backend") return upstreams.backend;
  return appId === ui.appId ? upstreams.ui : undefined;
}
