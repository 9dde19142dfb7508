import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../bootstrap/folders.mjs";
import { ui } from "./apps.ts";
import { answers, type Child, startChild } from "./child.ts";
import { environmentOf } from "./environment.ts";
import type { PartOptions } from "./part-options.ts";

export const nextProgram = join(root, "node_modules/next/dist/bin/next");

/** Next's own server, always a process of its own. */
export function startUi(options: PartOptions): Promise<Child> {
  const { surroundings, runFile, tell, reload, signal, suffix = "", sources = root } = options;
  const name = `${ui.appId}${suffix}`;
  const port = surroundings.endpoints[ui.appId].appPort;
  const { DAPR_HTTP_ENDPOINT, DAPR_API_TOKEN, PUBLIC_URL, LOG_LEVEL } = environmentOf(ui.appId, surroundings);
  const preload = pathToFileURL(join(import.meta.dirname, "exit-with-parent.ts")).href;
  return startChild({
    name,
    args: [
      "--import",
      preload,
      nextProgram,
      reload ? "dev" : "start",
      "--port",
      String(port),
      "--hostname",
      "127.0.0.1",
    ],
    cwd: join(sources, ui.folder),
    quiet: !reload,
    env: {
      DAPR_HTTP_ENDPOINT: DAPR_HTTP_ENDPOINT ?? "",
      DAPR_API_TOKEN: DAPR_API_TOKEN ?? "",
      PUBLIC_URL: PUBLIC_URL ?? "",
      LOG_LEVEL: LOG_LEVEL ?? "",
      NODE_ENV: reload ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
    },
    isReady: answers(`http://127.0.0.1:${port}/healthz`),
    onStart: (pid) => runFile.add(name, pid, port),
    tell,
    signal,
  });
}
