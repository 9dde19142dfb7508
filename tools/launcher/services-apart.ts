import { watch } from "node:fs";
import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { type ServiceId, services } from "./apps.ts";
import { allOrNone, type Child, saysListening, saysReady, startChild } from "./child.ts";
import { environmentOf, sidecarConfig } from "./environment.ts";
import type { PartOptions } from "./part-options.ts";
import type { Platform } from "./services-inside.ts";

type ServiceOptions = Omit<PartOptions, "reload"> & { log?: string | undefined };

/** The sidecar and each service in a process of its own, brought back on the same ports with the same tokens when it dies. */
export async function startApart({ surroundings, runFile, tell, reload, signal }: PartOptions): Promise<Platform> {
  const sidecarIsReady = Promise.withResolvers<void>();
  const sidecar = await startChild({
    name: "sidecar",
    args: [join(root, "packages/embedded-dapr/src/main.ts")],
    env: { EMBEDDED_DAPR: JSON.stringify(sidecarConfig(surroundings)) },
    isReady: (child) => {
      saysReady(child).then(sidecarIsReady.resolve);
      return saysListening(child);
    },
    onStart: (pid) => runFile.add("sidecar", pid),
    tell,
    signal,
  });
  const children = await startServices({ surroundings, runFile, tell, signal }).catch(async (error) => {
    await sidecar.stop(1_000);
    throw error;
  });
  if (reload) restartOnChange(children, sidecar, tell);
  const stop = async (graceMs: number) => {
    await Promise.all(children.map((child) => child.stop(graceMs)));
    await sidecar.stop(1_000);
  };
  return { ready: sidecarIsReady.promise, stop };
}

/** Each service in a process of its own; all of them or none. */
export const startServices = (options: ServiceOptions): Promise<Child[]> =>
  allOrNone(services.map(({ appId }) => startService(appId, options)));

export function startService(appId: ServiceId, options: ServiceOptions): Promise<Child> {
  const { surroundings, runFile, tell, signal, suffix = "", sources = root, log } = options;
  const folder = services.find((service) => service.appId === appId)?.folder ?? "";
  return startChild({
    name: `${appId}${suffix}`,
    args: [join(sources, folder, "src/main.ts")],
    cwd: sources,
    env: environmentOf(appId, surroundings),
    isReady: saysReady,
    onStart: (pid) => runFile.add(`${appId}${suffix}`, pid, surroundings.endpoints[appId].appPort),
    ...(log ? { log } : {}),
    tell,
    signal,
  });
}

/** A change in a service restarts it, one in a package everything. */
function restartOnChange(children: Child[], sidecar: Child, tell: (line: string) => void) {
  const folders = [
    ...services.map(({ folder }, index) => ({ folder: `${folder}/src`, affected: children.slice(index, index + 1) })),
    ...["contracts", "recurrence", "service-kit"].map((name) => ({
      folder: `packages/${name}/src`,
      affected: children,
    })),
    { folder: "packages/embedded-dapr/src", affected: [sidecar] },
    { folder: "dapr", affected: [sidecar] },
  ];
  for (const { folder, affected } of folders) {
    let timer: NodeJS.Timeout | undefined;
    const watcher = watch(join(root, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        tell(`${folder} has changed.`);
        for (const child of affected) child.restart();
      }, 150);
    });
    watcher.unref();
  }
}
