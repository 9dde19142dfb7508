import { type AppId, appIds, ui } from "../launcher/apps.ts";
import type { Pods } from "../stack/pods.ts";
import type { Visits } from "./visit-pages.ts";
import { seeAllAtWork } from "./witness.ts";

/** As k8s/base/shared/pod.yaml has them, only shorter: nothing here learns late that a replica is going. */
const waitMs = 500;
const graceMs = 20_000;

export type Rolling = {
  pods: Pods;
  /** Folder of the version's sources; left out: this one. */
  sources?: string;
  visits: Visits;
  tell(line: string): void;
};

/** All apps at once, as a cluster does it, each replica by replica: another becomes ready before one goes. Which versions worked side by side. */
export async function rollAll(rolling: Rolling): Promise<string[][]> {
  const seen = await Promise.all(appIds.map((appId) => roll(appId, rolling)));
  return seen.flat();
}

async function roll(appId: AppId, { pods, sources, visits, tell }: Rolling): Promise<string[][]> {
  const seen: string[][] = [];
  for (const old of [...pods.of(appId)]) {
    const began = Date.now();
    const next = await pods.start(appId, sources);
    const readyAfter = Date.now() - began;
    const both = await (appId === ui.appId ? visits.seeBoth() : seeAllAtWork([old, next]));
    seen.push(both);
    const stopping = Date.now();
    await pods.stop(old, { waitMs, graceMs });
    const goneAfter = Date.now() - stopping;
    tell(
      `${next.name} ready after ${readyAfter} ms, ${both.join(" and ")} at work, ${old.name} gone after ${goneAfter} ms`,
    );
  }
  return seen;
}
