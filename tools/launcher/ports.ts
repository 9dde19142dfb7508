import { type AppId, appIds } from "./apps.ts";
import { freePort } from "./free-port.ts";
import { newSecret } from "./secrets.ts";

/** Where an app and its sidecar listen on 127.0.0.1, and what each shows to the other; new at each start. */
export type Endpoint = { appPort: number; sidecarPort: number; apiToken: string; appApiToken: string };
export type Endpoints = Record<AppId, Endpoint>;

export const addressAt = ({ appPort }: Endpoint) => `http://127.0.0.1:${appPort}`;

export async function chooseEndpoints(): Promise<Endpoints> {
  const entries = await Promise.all(
    appIds.map(async (appId) => {
      const [appPort, sidecarPort] = await Promise.all([freePort(), freePort()]);
      return [appId, { appPort, sidecarPort, apiToken: newSecret(), appApiToken: newSecret() }] as const;
    }),
  );
  return Object.fromEntries(entries) as Endpoints;
}
