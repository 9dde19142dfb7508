import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startChild, untilOk } from "../../../launcher/child.ts";
import { freePort } from "../../../launcher/free-port.ts";
import { secretsFile } from "../../../launcher/secrets.ts";
import { prepareDaprd } from "../../daprd.ts";
import { buildDapr } from "../../programs.ts";
import { identityOf } from "../../sentry.ts";
import { stack } from "./stack.ts";

export type OwnSidecar = {
  ask(path: string, init?: RequestInit): Promise<{ status: number; refusal: string | null; text: string }>;
  stop(): Promise<void>;
};

/** A real sidecar that takes part in the stack, with a certificate of its authority, under a name of our choice. */
export async function startSidecar(name: string): Promise<OwnSidecar> {
  const app = createServer((_request, response) => response.writeHead(404).end());
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  const apiToken = randomBytes(16).toString("hex");
  const sidecarPort = await freePort();
  const folder = join(stack.data, "stack");
  const { program, args, env, outbound } = await prepareDaprd({
    program: (await buildDapr({ tell: console.log, signal: new AbortController().signal })).daprd,
    appId: "todo-frontend",
    endpoint: { appPort: (app.address() as AddressInfo).port, sidecarPort, apiToken, appApiToken: apiToken },
    secretsFile: secretsFile(stack.data),
    configuration: join(folder, "configuration.yaml"),
    identity: identityOf(`127.0.0.1:${stack.portOf("sentry")}`, join(folder, "sentry")),
  });
  const named = args.map((arg, index) => (args[index - 1] === "--app-id" ? name : arg));
  const child = await startChild({
    name,
    program,
    args: named,
    env,
    log: join(folder, "logs", `own-${name}.log`),
    isReady: (_, signal) => untilOk(outbound, signal),
    onStart: () => {},
    tell: console.log,
  });
  return {
    async ask(path, init) {
      const headers = { "dapr-api-token": apiToken, ...init?.headers };
      const response = await fetch(`http://127.0.0.1:${sidecarPort}/v1.0${path}`, { ...init, headers });
      return {
        status: response.status,
        refusal: response.headers.get("tend-refusal"),
        text: await response.text(),
      };
    },
    async stop() {
      await child.stop(8_000);
      app.close();
    },
  };
}
