import type { AddressInfo } from "node:net";
import { createGuards, type Guards } from "./app-token.ts";
import { awaitMigrations } from "./await-migrations.ts";
import { type Env, readConfig, type ServiceConfig } from "./config.ts";
import { createDapr, type Dapr } from "./dapr-client.ts";
import { createPool, type Pool, waitForDatabase } from "./database.ts";
import { findEpoch } from "./epoch.ts";
import type { Checks } from "./health.ts";
import { createLogger, type Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { App } from "./server.ts";
import { createSpans, type Spans } from "./spans.ts";
import { version } from "./version.ts";

/** What a service is built from. Pass it to `createServer` as it is; tests may make their own. */
export type ServiceContext = {
  appId: string;
  schema: string;
  config: ServiceConfig;
  env: Env;
  log: Logger;
  dapr: Dapr;
  pool: Pool;
  connectionString: string;
  /** Events of an earlier one are not handled: it is later than what a restore gave up. */
  epoch: number;
  guards: Guards;
  metrics: Metrics;
  spans: Spans;
  /** Aborted when the service begins to stop. */
  signal: AbortSignal;
  /** Own database and sidecar. */
  checks: Checks;
};
export type ServiceDefinition = {
  appId: string;
  /** Database schema, owned by the role that is named like the app id. */
  schema: string;
  /** Folder of migrations. */
  migrations: string;
  /** Database connections of the pool; default 10. */
  poolSize?: number;
  /** Database connections that it opens beside the pool, at the most; default 0. */
  otherConnections?: number;
  /** Routes and plugins; clean up in `onClose` hooks. */
  build(context: ServiceContext): Promise<App>;
  /** Background work, begun once the port is open; the answer ends it. */
  start?(context: ServiceContext, app: App): Promise<() => Promise<void>>;
};
export type RunningService = { appId: string; port: number; close(): Promise<void> };
export type Service = Pick<ServiceDefinition, "appId" | "schema" | "migrations"> & {
  /** Database connections that one replica opens at the most. */
  connections: number;
  /** Opens APP_HOST:APP_PORT once database and sidecar answer, for which it waits half a minute, and the schema is up to date, however long that takes. */
  start(env: Env): Promise<RunningService>;
};

const graceMs = 4_000;
const poolSizeOf = ({ poolSize = 10 }: ServiceDefinition) => poolSize;

export function defineService(definition: ServiceDefinition): Service {
  const { appId, schema, migrations, otherConnections = 0 } = definition;
  const connections = poolSizeOf(definition) + otherConnections;
  return { appId, schema, migrations, connections, start: (env) => start(definition, env) };
}

async function start(definition: ServiceDefinition, env: Env): Promise<RunningService> {
  const stopping = new AbortController();
  const context = await createContext(definition, env, stopping.signal);
  const { log, pool, spans, config } = context;
  let app: App | undefined;
  try {
    app = await definition.build(context);
    await app.listen({ host: config.host, port: config.port });
    const stop = await definition.start?.(context, app);
    const { port } = app.server.address() as AddressInfo;
    log.info({ port, version }, "ready");
    const opened = app;
    let closing: Promise<void> | undefined;
    const close = async () => {
      stopping.abort();
      await Promise.all([closeServer(opened), stop?.()]);
      await Promise.all([pool.end(), spans.close()]);
      log.info("stopped");
    };
    return { appId: definition.appId, port, close: () => (closing ??= close()) };
  } catch (error) {
    stopping.abort();
    await app?.close().catch(() => {});
    await pool.end().catch(() => {});
    throw error;
  }
}

async function createContext(definition: ServiceDefinition, env: Env, signal: AbortSignal): Promise<ServiceContext> {
  const { appId, schema, migrations } = definition;
  const config = readConfig(env);
  const log = createLogger(appId, config.logLevel);
  const dapr = createDapr({ endpoint: config.daprEndpoint, apiToken: config.daprApiToken });
  await dapr.waitUntilReady(signal);
  const secret = `postgres-credentials-${appId}`;
  const connectionString = await dapr.getSecret(secret);
  if (!connectionString) throw new Error(`the secret store has no ${secret}`);
  const pool = createPool({ connectionString, applicationName: appId, log, max: poolSizeOf(definition) });
  const upToDate = { connectionString, schema, directory: migrations, log, signal };
  const epoch = await waitForDatabase(pool, signal)
    .then(() => awaitMigrations(upToDate))
    .then(() => findEpoch({ connectionString, log, signal }))
    .catch(async (error) => {
      await pool.end();
      throw error;
    });
  return {
    appId,
    schema,
    config,
    env,
    log,
    dapr,
    pool,
    connectionString,
    epoch,
    guards: createGuards(config.appApiToken),
    metrics: createMetrics(appId),
    spans: await createSpans(appId, config.zipkinUrl),
    signal,
    checks: { database: () => pool.query("select 1"), sidecar: () => dapr.checkOutbound() },
  };
}

/** Takes nothing new, finishes what runs, and cuts off what has not finished after the grace. */
async function closeServer(app: App) {
  // A connection whose last request ends during the close stays open for the next one otherwise.
  const idle = setInterval(() => app.server.closeIdleConnections(), 50);
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearInterval(idle);
  clearTimeout(cut);
}
