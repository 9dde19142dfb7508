import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import type { Pods } from "../stack/pods.ts";
import { services } from "./apps.ts";
import { environmentOf, type Surroundings, sidecarConfig } from "./environment.ts";

export type Platform = {
  /** When every part is ready and messages flow. */
  ready: Promise<void>;
  stop(graceMs: number): Promise<void>;
  /** On the stack: its replicas, to be changed one by one. */
  pods?: Pods;
};
type Running = { close(): Promise<void> };
type Module = { service: { start(env: Record<string, string>): Promise<Running> } };

/** Loading takes longer than starting: begun before the database is up. */
export function loadServices() {
  const sidecar = import("@tend/embedded-dapr");
  const modules = services.map(({ folder }): Promise<Module> => import(join(root, folder, "src/service.ts")));
  for (const loading of [sidecar, ...modules]) loading.catch(() => {});
  return { sidecar, modules };
}

/** The sidecar and the services in this process: each still on its own port, with its own role and tokens. */
export async function startInside(
  surroundings: Surroundings,
  { sidecar, modules }: ReturnType<typeof loadServices>,
): Promise<Platform> {
  const { startEmbeddedDapr } = await sidecar;
  const dapr = await startEmbeddedDapr(sidecarConfig(surroundings));
  const running: Running[] = [];
  const stop = async (graceMs: number) => {
    await within(500, dapr.hold());
    await within(graceMs - 500, Promise.all(running.map((service) => service.close())));
    await dapr.close({ graceMs: 500 });
  };
  const starting = services.map(async ({ appId }, index) => {
    const { service } = (await modules[index]) as Module;
    running.push(await service.start(environmentOf(appId, surroundings)));
  });
  try {
    await Promise.all(starting);
  } catch (error) {
    await Promise.allSettled(starting);
    await stop(1_000);
    throw error;
  }
  return { ready: dapr.ready, stop };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
