import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { type AppId, appIds, ui } from "./apps.ts";
import type { Endpoints } from "./ports.ts";
import { credentials, type Secrets, secretsFile } from "./secrets.ts";
import type { Settings } from "./settings.ts";

export type Surroundings = { settings: Settings; endpoints: Endpoints; secrets: Secrets };

/** All that an app gets to know; its secrets come from the secret store. */
export function environmentOf(appId: AppId, { settings, endpoints }: Surroundings): Record<string, string> {
  const { appPort, sidecarPort, apiToken, appApiToken } = endpoints[appId];
  return {
    ...settings.forServices,
    APP_PORT: String(appPort),
    DAPR_HTTP_ENDPOINT: `http://127.0.0.1:${sidecarPort}`,
    DAPR_API_TOKEN: apiToken,
    APP_API_TOKEN: appApiToken,
    PUBLIC_URL: settings.publicUrl,
    LOG_LEVEL: settings.logLevel,
    ...(appId === "todo-backend"
      ? {
          UI_HEALTH_URL: `http://127.0.0.1:${endpoints[ui.appId].appPort}/healthz`,
          // The front door is on loopback and says whom it has heard; it believes only the proxies named in the settings.
          TRUSTED_PROXIES: ["127.0.0.0/8", "::1/128", ...settings.trustedProxies].join(","),
        }
      : {}),
  };
}

export function sidecarConfig({ settings, endpoints, secrets }: Surroundings) {
  return {
    databaseUrl: secrets[credentials("dapr")] ?? "",
    resourcesPath: join(root, "dapr"),
    secretsFile: secretsFile(settings.dataFolder),
    logLevel: settings.logLevel,
    apps: appIds.map((appId) => {
      const { appPort, sidecarPort, apiToken, appApiToken } = endpoints[appId];
      return { appId, appPort, httpPort: sidecarPort, apiToken, appApiToken, enableDelivery: appId !== ui.appId };
    }),
  };
}
