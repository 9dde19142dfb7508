import { join } from "node:path";
import { type Making, need, once, run } from "../../stack/programs.ts";

const here = import.meta.dirname;

/** etcd, the API server, controllers, the scheduler, and kwok with its stages, in one folder. */
export function buildServer(making: Making): Promise<string> {
  const build = join(here, "build");
  return once({ ...making, name: "kube-server", files: [build] }, async (target) => {
    await need("go", ["version"], /go1\.(?:2[4-9]|[3-9]\d)/, "Go 1.24 or newer, to build Kubernetes' API server");
    await run(build, [target], "building Kubernetes' API server and controllers (10 to 20 minutes, once)", making);
  });
}

/** A folder of the CustomResourceDefinitions that can be fetched. */
export function fetchDefinitions(making: Making): Promise<string> {
  const script = join(here, "definitions");
  return once({ ...making, name: "kube-definitions", files: [script] }, async (target) => {
    await need("go", ["version"], /go1\./, "Go, to fetch the definitions of custom resources");
    await run(script, [target], "fetching the definitions of custom resources (once)", making);
  });
}
