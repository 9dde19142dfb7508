import { randomBytes } from "node:crypto";
import {
  createDapr,
  createGuards,
  createLogger,
  createMetrics,
  createPool,
  createSpans,
  type ServiceContext,
} from "@tend/service-kit";
import pg from "pg";
import { inject } from "vitest";
import { buildApp } from "../../src/app.ts";
import { type Context, createContext } from "../../src/context.ts";
import { databaseUrl, serverUrl } from "./database-url.ts";
import { publicUrl } from "./public-url.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";
import { signUpWith } from "./sign-up.ts";

export const appApiToken = "app-token-0123456789abcdef";
export const authSecret = "0123456789abcdefghijklmnopqrstuvwxyz-secret";

type Options = { env?: Record<string, string>; overrides?: Partial<Context> };

/** The real backend on a database of its own, behind a sidecar at the network. `close` it, or use `await using`. */
export async function testApp({ env = {}, overrides = {} }: Options = {}) {
  const database = await createDatabase();
  const sidecar = await startSidecar({ "jwt-secret": authSecret });
  const stopping = new AbortController();
  const service = await serviceContext({
    connectionString: databaseUrl(database),
    sidecar,
    env,
    signal: stopping.signal,
  });
  const context = await createContext(service, overrides);
  const app = await buildApp(context);
  await app.ready();
  const close = async () => {
    stopping.abort();
    await app.close();
    await Promise.all([service.pool.end(), service.spans.close(), sidecar.close()]);
    await onServer(`drop database if exists ${database} with (force)`);
  };
  return {
    app,
    context,
    pool: service.pool,
    sidecar,
    connectionString: service.connectionString,
    inject: app.inject.bind(app),
    signUp: signUpWith(app),
    close,
    [Symbol.asyncDispose]: close,
  };
}
export type TestApp = Awaited<ReturnType<typeof testApp>>;

async function createDatabase(): Promise<string> {
  const name = `t_${randomBytes(8).toString("hex")}`;
  await onServer(`create database ${name} template ${inject("templateDatabase")}`);
  return name;
}

async function onServer(statement: string) {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    // Two copies of one template may not begin at the same time.
    await client.query("select pg_advisory_lock(77)");
    await client.query(statement);
  } finally {
    await client.end();
  }
}

type Parts = { connectionString: string; sidecar: Sidecar; env: Record<string, string>; signal: AbortSignal };

async function serviceContext({ connectionString, sidecar, env, signal }: Parts): Promise<ServiceContext> {
  const appId = "todo-backend";
  const log = createLogger(appId, env.LOG_LEVEL ?? process.env.TEST_LOG_LEVEL ?? "silent");
  const dapr = createDapr({ endpoint: sidecar.endpoint, apiToken: "sidecar-token-0123456789" });
  const pool = createPool({ connectionString, applicationName: appId, log, max: 10 });
  return {
    appId,
    schema: "todo",
    config: {
      port: 0,
      host: "127.0.0.1",
      daprEndpoint: sidecar.endpoint,
      daprApiToken: "sidecar-token-0123456789",
      appApiToken,
      publicUrl,
      logLevel: "silent",
      zipkinUrl: undefined,
    },
    env: { PUBLIC_URL: publicUrl, RATE_LIMIT_SIGN_IN: "0", RATE_LIMIT_API: "0", ...env },
    log,
    dapr,
    pool,
    connectionString,
    epoch: 0,
    guards: createGuards(appApiToken),
    metrics: createMetrics(appId),
    spans: await createSpans(appId, undefined),
    signal,
    checks: { database: () => pool.query("select 1"), sidecar: () => dapr.checkOutbound() },
  };
}
