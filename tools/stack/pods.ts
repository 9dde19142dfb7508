import { setTimeout as sleep } from "node:timers/promises";
import { type AppId, type ServiceId, services, ui } from "../launcher/apps.ts";
import { allOrNone, untilOk } from "../launcher/child.ts";
import type { Upstreams } from "../launcher/front-door.ts";
import { type Pod, type PodOptions, startPod } from "./pod.ts";

export type PodsOptions = PodOptions & {
  /** The front door leads to those that are ready. */
  upstreams: Upstreams;
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
      const apps = [...services.map(({ appId }) => appId), ...(made.has(ui.appId) ? [] : [ui.appId])];
      for (const pod of await allOrNone(apps.map((appId) => add(appId)))) open(pod, upstreams);
    },
    areHealthy: async (signal) => void (await Promise.all([...running].map(({ health }) => untilOk(health, signal)))),
    stopAll: async (graceMs) => void (await Promise.all([...running].map((pod) => end(pod, graceMs)))),
  };
}

function open({ appId, address, setFound }: Pod, { backend }: Upstreams) {
  setFound(true);
  if (appId === "todo-backend" && !backend.includes(address)) backend.push(address);
}

function shut({ address, setFound }: Pod, { backend }: Upstreams) {
  setFound(false);
  const place = backend.indexOf(address);
  if (place >= 0) backend.splice(place, 1);
}
