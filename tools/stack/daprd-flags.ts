import { join } from "node:path";
import { freePort } from "../launcher/free-port.ts";

type DaprdFlags = {
  appId: string;
  appPort: number;
  httpPort: number;
  /** Of the YAML. */
  folder: string;
  /** The last one has the last word. */
  configurations: string[];
  /** Of the certificate authority. */
  identity: string[];
  /** An app that is away for longer than its retries is given nothing meanwhile: its events wait, and do not become dead letters. */
  appHealth: { intervalSeconds: number; timeoutMs: number } | undefined;
};

const local = "127.0.0.1";

/** Of one app's daprd on 127.0.0.1, on ports of its own beside the one that the app asks. */
export async function daprdFlags({ appId, appPort, httpPort, folder, ...more }: DaprdFlags): Promise<string[]> {
  const [grpc, internal, open, metrics] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const resources = ["", "components", "subscriptions"].flatMap((name) => ["--resources-path", join(folder, name)]);
  const flags = [
    ...["--app-id", appId, "--app-port", appPort, "--app-protocol", "http", "--app-channel-address", local],
    ...["--dapr-listen-addresses", local, "--dapr-http-port", httpPort, "--dapr-grpc-port", grpc],
    ...["--dapr-internal-grpc-listen-address", local, "--dapr-internal-grpc-port", internal],
    ...["--dapr-public-listen-address", local, "--dapr-public-port", open],
    ...["--metrics-listen-address", local, "--metrics-port", metrics],
    ...["--mode", "standalone", "--log-level", "warn", "--dapr-graceful-shutdown-seconds", 4],
    ...["--max-body-size", "16Mi", ...more.identity, ...resources, ...healthFlags(more.appHealth)],
    ...more.configurations.flatMap((file) => ["--config", file]),
  ];
  return flags.map(String);
}

function healthFlags(appHealth: DaprdFlags["appHealth"]): (string | number)[] {
  if (!appHealth) return [];
  const { intervalSeconds, timeoutMs } = appHealth;
  return [
    ...["--enable-app-health-check", "--app-health-check-path", "/health/live"],
    ...["--app-health-probe-interval", intervalSeconds, "--app-health-probe-timeout", timeoutMs],
    ...["--app-health-threshold", 3],
  ];
}
