import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { root } from "../../../bootstrap/folders.mjs";
import { allOrNone, saysReady, startChild, untilOk } from "../../../launcher/child.ts";
import { freePort } from "../../../launcher/free-port.ts";
import { secretsFile } from "../../../launcher/secrets.ts";
import { prepareDaprd } from "../../daprd.ts";
import { buildDapr } from "../../programs.ts";
import { identityOf } from "../../sentry.ts";

type Options = {
  dataFolder: string;
  sentryPort: number | undefined;
  /** The app has the token that its sidecar shows it; else another one, as when only one of them has begun anew. */
  agrees: boolean;
};
const newToken = () => randomBytes(24).toString("base64url");

/** One more audit service with a sidecar, who take part in the stack. */
export async function startAudit({ dataFolder, sentryPort, agrees }: Options): Promise<{ stop(): Promise<void> }> {
  const [appPort, sidecarPort, apiToken, appApiToken] = [await freePort(), await freePort(), newToken(), newToken()];
  const folder = join(dataFolder, "stack");
  const { program, args, env, outbound } = await prepareDaprd({
    program: (await buildDapr({ tell: console.log, signal: new AbortController().signal })).daprd,
    appId: "audit-service",
    endpoint: { appPort, sidecarPort, apiToken, appApiToken },
    secretsFile: secretsFile(dataFolder),
    configuration: join(folder, "configuration.yaml"),
    identity: identityOf(`127.0.0.1:${sentryPort}`, join(folder, "sentry")),
  });
  const common = { onStart: () => {}, tell: console.log };
  const children = await allOrNone([
    startChild({
      ...{ ...common, name: "daprd-of-one-more", program, args, env },
      log: join(folder, "logs/one-more-daprd.log"),
      isReady: (_, signal) => untilOk(outbound, signal),
    }),
    startChild({
      ...{ ...common, name: "one more audit-service" },
      args: [join(root, "audit-service/src/main.ts")],
      env: {
        APP_PORT: String(appPort),
        DAPR_HTTP_ENDPOINT: `http://127.0.0.1:${sidecarPort}`,
        DAPR_API_TOKEN: apiToken,
        APP_API_TOKEN: agrees ? appApiToken : newToken(),
        PUBLIC_URL: "http://localhost",
        LOG_LEVEL: "warn",
      },
      log: join(folder, "logs/one-more.log"),
      isReady: saysReady,
    }),
  ]);
  return { stop: async () => void (await Promise.all(children.map((child) => child.stop(8_000)))) };
}
