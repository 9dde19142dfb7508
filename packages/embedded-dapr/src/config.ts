import { z } from "zod";

const port = z.number().int().min(0).max(65_535);

export const AppConfig = z.strictObject({
  appId: z.string().min(1),
  appPort: port.min(1),
  /** Where this app's sidecar listens on 127.0.0.1; 0 picks a free port. */
  httpPort: port.default(0),
  /** What the app shows to its sidecar; no two apps share one. */
  apiToken: z.string().min(16),
  /** What the sidecar shows to the app. */
  appApiToken: z.string().min(16),
  /** False for an app that is only a caller: it is neither waited for nor given messages or ticks. */
  enableDelivery: z.boolean().default(true),
});

export const EmbeddedDaprConfig = z.strictObject({
  /** PostgreSQL, as a role that owns the schema `dapr`. */
  databaseUrl: z.string().min(1),
  /** The folder with components/, resiliency.yaml and config.yaml. */
  resourcesPath: z.string().min(1),
  /** The JSON file of the secret store. */
  secretsFile: z.string().min(1),
  apps: z.array(AppConfig).min(1),
  logLevel: z.string().default("info"),
  /** Milliseconds to wait at start for another sidecar on the same database to stop. */
  lockWaitMs: z.number().int().min(0).default(10_000),
  /** Partitions of a new topic. */
  partitions: z.number().int().min(1).max(256).default(16),
  /** Days that a message stays after every group has consumed it. */
  retentionDays: z.number().min(0).default(7),
  deadLetterRetentionDays: z.number().min(0).default(90),
  /** Milliseconds between health checks of an app that is well. */
  healthPollMs: z.number().int().min(10).default(1_000),
  readyPath: z.string().default("/health/ready"),
  livePath: z.string().default("/health/live"),
});
export type EmbeddedDaprConfig = z.input<typeof EmbeddedDaprConfig>;
/** With every default filled in. */
export type Config = z.output<typeof EmbeddedDaprConfig>;

/** One sentence for each thing that is wrong. */
export function readConfig(config: unknown): Config {
  const parsed = EmbeddedDaprConfig.safeParse(config);
  if (!parsed.success)
    throw new Error(`the embedded sidecar's configuration is not valid:\n${z.prettifyError(parsed.error)}`);
  const ids = parsed.data.apps.map(({ appId }) => appId);
  const tokens = parsed.data.apps.map(({ apiToken }) => apiToken);
  if (new Set(ids).size < ids.length) throw new Error("two apps have the same app id");
  if (new Set(tokens).size < tokens.length)
    throw new Error("two apps have the same API token, so they cannot be told apart");
  return parsed.data;
}
