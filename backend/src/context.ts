import type { Metrics, ServiceConfig, ServiceContext } from "@tend/service-kit";
import { type BackendConfig, readBackendConfig } from "./config.ts";
import { StreamHub } from "./modules/events/stream.ts";
import { createPrisma, type Prisma } from "./prisma.ts";

/** What a request, a job or an event handler works with; parts are replaced in tests. */
export type Context = ServiceContext & {
  config: ServiceConfig & BackendConfig;
  prisma: Prisma;
  /** The same as `metrics`. */
  registry: Metrics;
  /** Signs session cookies and tokens. */
  authSecret: string;
  /** Those of before or after it: what they have signed holds too. */
  otherSecrets: readonly string[];
  /** Whether this installation can send e-mail. */
  mailAvailable: boolean;
  /** The open pages of this process. */
  streams: StreamHub;
  /** Call it after each commit that recorded an event. */
  wakeRelay: () => void;
};

declare module "fastify" {
  interface FastifyInstance {
    context: Context;
  }
}

/** Close `prisma` when done; all else belongs to the service. */
export async function createContext(service: ServiceContext, overrides: Partial<Context> = {}): Promise<Context> {
  const { dapr, env, connectionString } = service;
  const [authSecret = "", ...otherSecrets] = (await dapr.getSecret("jwt-secret"))?.split(/\s+/).filter(Boolean) ?? [];
  if ([authSecret, ...otherSecrets].some(({ length }) => length < 32))
    throw new Error("the secret store has no jwt-secret of 32 characters or more");
  const mail = await Promise.all([dapr.getSecret("smtp-secret"), dapr.getSecret("sendgrid-secret")]);
  return {
    ...service,
    config: { ...service.config, ...readBackendConfig(env) },
    prisma: createPrisma(connectionString),
    registry: service.metrics,
    authSecret,
    otherSecrets,
    mailAvailable: mail.some((secret) => secret !== null),
    streams: new StreamHub(service.pool),
    wakeRelay: () => {},
    ...overrides,
  };
}
