import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { ui } from "../launcher/apps.ts";
import type { Endpoint } from "../launcher/ports.ts";
import { daprdFlags } from "./daprd-flags.ts";
import { namesIn } from "./names.ts";

type Sidecar = {
  program: string;
  args: string[];
  env: Record<string, string>;
  /** Answers without an error when the app can call. */
  outbound: string;
  /** Answers without an error when messages flow to the app as well. */
  health: string;
};
export type SidecarOptions = {
  program: string;
  appId: string;
  endpoint: Endpoint;
  /** Folder of the YAML; default: the project's own. */
  folder?: string;
  secretsFile: string;
  /** Of `writeLocalConfiguration`. */
  configuration: string;
  identity: { flags: string[]; env: Record<string, string> };
};

const local = "127.0.0.1";
const appHealth = { intervalSeconds: 5, timeoutMs: 2_000 };

/** Says how to start one app's daprd on 127.0.0.1, with the project's own YAML. */
export async function prepareDaprd({ program, appId, endpoint, ...options }: SidecarOptions): Promise<Sidecar> {
  const { folder = join(root, "dapr"), configuration } = options;
  const { appPort, sidecarPort: httpPort } = endpoint;
  const configurations = [join(folder, "config.yaml"), join(folder, "apps", `${appId}.yaml`), configuration];
  const args = await daprdFlags({
    ...{ appId, appPort, httpPort, folder, configurations, identity: options.identity.flags },
    // The UI takes no events.
    appHealth: appId === ui.appId ? undefined : appHealth,
  });
  const base = `http://${local}:${httpPort}/v1.0/healthz`;
  return {
    program,
    args,
    env: {
      ...options.identity.env,
      DAPR_HOST_IP: local,
      DAPR_API_TOKEN: endpoint.apiToken,
      APP_API_TOKEN: endpoint.appApiToken,
      SECRETS_FILE: options.secretsFile,
    },
    outbound: `${base}/outbound`,
    health: base,
  };
}

/** What differs between a developer's machine and other places: how sidecars find each other, and where traces go. */
export function writeLocalConfiguration(folder: string, zipkinUrl: string | undefined): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "configuration.yaml");
  const configuration = {
    apiVersion: "dapr.io/v1alpha1",
    kind: "Configuration",
    metadata: { name: "tend" },
    spec: {
      // Multicast, Dapr's usual way, does not reach 127.0.0.1.
      nameResolution: {
        component: "sqlite",
        version: "v1",
        configuration: { connectionString: namesIn(folder) },
      },
      tracing: zipkinUrl ? { samplingRate: "1", zipkin: { endpointAddress: zipkinUrl } } : { samplingRate: "0" },
      features: [{ name: "HotReload", enabled: false }],
    },
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration, null, 2), { mode: 0o600 });
  return file;
}
