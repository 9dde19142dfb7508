import { type Env, readSettings } from "@tend/service-kit";
import { z } from "zod";

const Settings = z.object({
  PUBLIC_URL: z.url(),
  SIGN_UP: z.enum(["open", "invite", "closed"]).default("open"),
  RATE_LIMIT_API: z.coerce.number().int().min(0).default(6_000),
  RATE_LIMIT_SIGN_IN: z.coerce.number().int().min(0).default(10),
  TRUSTED_PROXIES: z.string().default("127.0.0.0/8,::1/128"),
  UI_HEALTH_URL: z.url().optional(),
});

/** The backend's own settings, beside those that every service has. */
export type BackendConfig = {
  signUp: "open" | "invite" | "closed";
  /** Requests per minute and account, of all replicas together; 0: no limit. */
  apiLimit: number;
  /** Attempts to sign in or up, per minute, for each address and for each account; 0: no limit. */
  signInLimit: number;
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** Where the UI says that it is well; unset: asked through the sidecar. */
  uiHealthUrl: string | undefined;
  /** Origins whose pages may write with a cookie. */
  trustedOrigins: string[];
};

export function readBackendConfig(env: Env): BackendConfig {
  const settings = readSettings(Settings, env);
  return {
    signUp: settings.SIGN_UP,
    apiLimit: settings.RATE_LIMIT_API,
    signInLimit: settings.RATE_LIMIT_SIGN_IN,
    trustedProxies: settings.TRUSTED_PROXIES.split(",").flatMap((entry) => entry.trim() || []),
    uiHealthUrl: settings.UI_HEALTH_URL,
    trustedOrigins: originsOf(settings.PUBLIC_URL),
  };
}

/** On one's own machine `localhost` and `127.0.0.1` are the same place. */
function originsOf(publicUrl: string): string[] {
  const { origin, hostname, protocol, port } = new URL(publicUrl);
  if (protocol !== "http:" || (hostname !== "localhost" && hostname !== "127.0.0.1")) return [origin];
  const suffix = port ? `:${port}` : "";
  return [`http://localhost${suffix}`, `http://127.0.0.1${suffix}`];
}
