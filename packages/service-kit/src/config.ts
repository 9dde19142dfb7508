import { z } from "zod";

/** Several services share one process, so each gets its own record and none reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

const examples = /^(change-?me|example|secret|password|token|test|x+|your-.*|<.*>)$/i;
const Secret = z
  .string("is missing")
  .min(16, "must have at least 16 characters")
  .refine((value) => !examples.test(value) && new Set(value).size >= 6, "looks like an example, not like a secret");
const HttpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) address" });

const Settings = z.object({
  /** 0: any free port. */
  APP_PORT: z.coerce.number("is missing").int().min(0).max(65_535),
  /** Another one where sidecar and app are in containers of their own. */
  APP_HOST: z
    .union([z.ipv4(), z.ipv6()], "must be an address to listen on, such as 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  DAPR_HTTP_ENDPOINT: HttpUrl,
  /** What we show the sidecar. */
  DAPR_API_TOKEN: Secret,
  /** What the sidecar shows us. */
  APP_API_TOKEN: Secret,
  PUBLIC_URL: HttpUrl,
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Unset: no traces are collected, trace ids are still passed on. */
  ZIPKIN_URL: HttpUrl.optional(),
});

export type ServiceConfig = {
  host: string;
  port: number;
  daprEndpoint: string;
  daprApiToken: string;
  appApiToken: string;
  publicUrl: string;
  logLevel: z.infer<typeof Settings>["LOG_LEVEL"];
  zipkinUrl: string | undefined;
};

/** Read and check: throws one Error that names every setting that is wrong. An empty string counts as unset. */
export function readSettings<Shape extends z.ZodObject>(shape: Shape, env: Env): z.infer<Shape> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => {
    const name = path.join(".");
    return `${name} ${name in given ? message : "is missing"}`;
  });
  throw new Error(`settings: ${faults.join("; ")}`);
}

export function readConfig(env: Env): ServiceConfig {
  const settings = readSettings(Settings, env);
  return {
    host: settings.APP_HOST,
    port: settings.APP_PORT,
    daprEndpoint: settings.DAPR_HTTP_ENDPOINT.replace(/\/+$/, ""),
    daprApiToken: settings.DAPR_API_TOKEN,
    appApiToken: settings.APP_API_TOKEN,
    publicUrl: settings.PUBLIC_URL.replace(/\/+$/, ""),
    logLevel: settings.LOG_LEVEL,
    zipkinUrl: settings.ZIPKIN_URL,
  };
}
