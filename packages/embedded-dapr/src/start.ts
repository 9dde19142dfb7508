import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { migrate } from "@tend/service-kit/migrate";
import { type Logger, pino } from "pino";
import { type Config, type EmbeddedDaprConfig, readConfig } from "./config.ts";
import { startMaintenance } from "./maintenance.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { OrderedLog } from "./pubsub/log.ts";
import { LogRequests } from "./pubsub/log-requests.ts";
import { ConsumerOffsets } from "./pubsub/offsets.ts";
import { readResources } from "./resources/read-resources.ts";
import { createSidecars, type Sidecar } from "./sidecar.ts";

export interface EmbeddedDapr {
  apps: Map<string, { httpPort: number }>;
  /** Resolves when every app was ready and messages and ticks flow. */
  ready: Promise<void>;
  metrics: Metrics["registry"];
  /** Delivers and ticks no more, and resolves when the handlers are done; what the apps ask is still answered. Then they can stop before us. */
  hold(): Promise<void>;
  /** Takes no more work, gives the handlers under way `graceMs` milliseconds, commits, closes. */
  close(options: { graceMs: number }): Promise<void>;
}

export const migrations = fileURLToPath(new URL("../migrations", import.meta.url));

export async function startEmbeddedDapr(options: EmbeddedDaprConfig & { logger?: Logger }): Promise<EmbeddedDapr> {
  const { logger: given, ...rest } = options;
  const config = readConfig(rest);
  const logger = given ?? pino({ level: config.logLevel, base: { service: "dapr" } });
  const resources = readResources(config.resourcesPath);
  const metrics = createMetrics();
  await migrate({ connectionString: config.databaseUrl, directory: migrations, schema: "dapr" });

  let requests: LogRequests | null = null;
  const log = new OrderedLog({ ...config, logger, metrics, onRequest: () => void requests?.run() });
  try {
    const offsets = new ConsumerOffsets(log, logger);
    const sidecars = createSidecars({ config, resources, log, offsets, logger, metrics });
    await log.start();
    const apps = await listen(sidecars);
    requests = createRequests({ sidecars, log, logger });
    const stopMaintenance = maintain({ config, sidecars, log, logger, metrics, requests });
    const stopping = new AbortController();
    const ready = startDelivery(sidecars, stopping.signal).then(() => requests?.run());
    ready.catch((error) => logger.error({ err: error }, "delivery could not start"));
    return {
      apps,
      ready,
      metrics: metrics.registry,
      hold: async () => {
        stopping.abort();
        await stopDelivery(sidecars);
      },
      close: async ({ graceMs }) => {
        stopping.abort();
        stopMaintenance();
        await closeAll({ sidecars, offsets, log, graceMs, logger });
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

interface Parts {
  config: Config;
  sidecars: Sidecar[];
  log: OrderedLog;
  logger: Logger;
  metrics: Metrics;
  requests: LogRequests;
}

function createRequests({ sidecars, log, logger }: Pick<Parts, "sidecars" | "log" | "logger">): LogRequests {
  const consumers = (group: string, topic: string) => {
    const running = sidecars.find(({ context }) => context.appId === group)?.subscriber.consumers ?? [];
    return running.filter(({ partition }) => partition.topic === topic);
  };
  return new LogRequests({ log, logger, consumers });
}

function maintain({ config, sidecars, ...rest }: Parts): () => void {
  return startMaintenance({
    ...rest,
    stateStores: [...new Set(sidecars.flatMap(({ context }) => [...context.stateStores.values()]))],
    retention: { days: config.retentionDays, deadLetterDays: config.deadLetterRetentionDays },
    consumers: () =>
      sidecars.map(({ context, subscriber }) => ({ group: context.appId, consumers: subscriber.consumers })),
  });
}

async function listen(sidecars: Sidecar[]): Promise<Map<string, { httpPort: number }>> {
  const apps = new Map<string, { httpPort: number }>();
  try {
    for (const { context, server, httpPort } of sidecars) {
      await server.listen({ host: "127.0.0.1", port: httpPort });
      apps.set(context.appId, { httpPort: (server.server.address() as AddressInfo).port });
    }
  } catch (error) {
    await Promise.all(sidecars.map(({ server }) => server.close()));
    throw error;
  }
  return apps;
}

/** Nothing is delivered before every app that takes deliveries is ready. */
async function startDelivery(sidecars: Sidecar[], stopped: AbortSignal): Promise<void> {
  const taking = sidecars.filter(({ takesDeliveries }) => takesDeliveries);
  await Promise.all(taking.map(({ health }) => health.ready()));
  for (const step of [subscribe, watch, tick]) {
    if (stopped.aborted) return;
    await Promise.all(taking.map(step));
  }
}

const subscribe = ({ subscribe: run }: Sidecar) => run();
const watch = async ({ health }: Sidecar) => health.watch();
const tick = ({ bindings }: Sidecar) => bindings.start();

interface Closing {
  sidecars: Sidecar[];
  offsets: ConsumerOffsets;
  log: OrderedLog;
  graceMs: number;
  logger: Logger;
}

async function stopDelivery(sidecars: Sidecar[]): Promise<void> {
  for (const { bindings, health } of sidecars) {
    bindings.stop();
    health.stop();
  }
  await Promise.all(sidecars.map(({ subscriber }) => subscriber.stop()));
}

async function closeAll({ sidecars, offsets, log, graceMs, logger }: Closing): Promise<void> {
  const deadline = Date.now() + graceMs;
  // The listeners stay open meanwhile: a handler that is finishing may still publish or invoke.
  if (!(await within(deadline, stopDelivery(sidecars))))
    logger.warn("handlers were still running; their messages come again");
  const closed = Promise.all(sidecars.map(({ server }) => server.close()));
  if (!(await within(deadline, closed))) for (const { server } of sidecars) server.server.closeAllConnections();
  await closed;
  for (const { context } of sidecars) context.channel.close();
  await offsets.flush();
  await log.close();
}

/** Whether `work` is done by the deadline. */
async function within(deadline: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), Math.max(deadline - Date.now(), 0));
  const inTime = await Promise.race([work.then(() => true), late.promise]);
  clearTimeout(timer);
  return inTime;
}
