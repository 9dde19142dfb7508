import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { z } from "zod";
import { AppChannel } from "./app-channel.ts";
import type { AppContext } from "./app-context.ts";
import { AppHealth } from "./app-health.ts";
import { createAppServer } from "./app-server.ts";
import { CronBindings } from "./bindings/cron-bindings.ts";
import type { AppConfig, Config } from "./config.ts";
import { messageOf } from "./errors.ts";
import { createAccessPolicy } from "./invoke/access-policy.ts";
import type { Callee } from "./invoke/invoke-routes.ts";
import type { Metrics } from "./metrics.ts";
import type { OrderedLog } from "./pubsub/log.ts";
import type { ConsumerOffsets } from "./pubsub/offsets.ts";
import { pubsubsOf, Subscriber } from "./pubsub/subscriber.ts";
import { type Component, isInScope } from "./resources/component.ts";
import type { Resources } from "./resources/read-resources.ts";
import { openSecretStore, type SecretStore } from "./secrets/secret-store.ts";
import { StateStore } from "./state/state-store.ts";

export interface SidecarOptions {
  config: Config;
  resources: Resources;
  log: OrderedLog;
  offsets: ConsumerOffsets;
  logger: Logger;
  metrics: Metrics;
}

/** One app's share of the process. */
export interface Sidecar {
  context: AppContext;
  server: FastifyInstance;
  httpPort: number;
  takesDeliveries: boolean;
  health: AppHealth;
  subscriber: Subscriber;
  bindings: CronBindings;
  /** Asks the app what it subscribes to until it answers. */
  subscribe(): Promise<void>;
}

export function createSidecars(options: SidecarOptions): Sidecar[] {
  const { config, resources, log } = options;
  const stores = new Map<Component, StateStore>();
  for (const component of resources.components) {
    if (component.type !== "state.postgresql") continue;
    stores.set(component, new StateStore(log.pool, component.metadata.get("tableprefix") ?? ""));
  }
  const contexts = config.apps.map((app) => createContext(app, options, stores));
  const callees = new Map<string, Callee>(
    contexts.map(({ appId, channel, configuration }) => [
      appId,
      { channel, isAllowed: createAccessPolicy(configuration.accessControl) },
    ]),
  );
  return contexts.map((context, index) => createSidecar(context, config.apps[index]!, { ...options, callees }));
}

function createContext(
  app: z.output<typeof AppConfig>,
  options: SidecarOptions,
  stores: Map<Component, StateStore>,
): AppContext {
  const { resources, log, logger, metrics } = options;
  const components = resources.components.filter((component) => isInScope(component, app.appId));
  const configuration = resources.configuration(app.appId);
  const own = components.filter((component) => stores.has(component));
  return {
    appId: app.appId,
    channel: new AppChannel(app),
    components,
    configuration,
    pubsubs: pubsubsOf(resources, app.appId),
    stateStores: new Map(own.map((component) => [component.name, stores.get(component)!])),
    secretStores: openSecretStores(components, configuration.secretScopes, options.config.secretsFile),
    subscriptions: [],
    log,
    logger,
    metrics,
  };
}

function openSecretStores(
  components: Component[],
  scopes: AppContext["configuration"]["secretScopes"],
  file: string,
): Map<string, SecretStore> {
  const stores = components.filter(({ type }) => type === "secretstores.local.file");
  return new Map(
    stores.map(({ name, metadata }) => {
      const scope = scopes.find(({ storeName }) => storeName === name);
      return [name, openSecretStore(file, metadata.get("nestedseparator") ?? ":", scope)];
    }),
  );
}

type Rest = SidecarOptions & { callees: Map<string, Callee> };

function createSidecar(context: AppContext, app: z.output<typeof AppConfig>, rest: Rest): Sidecar {
  const { config, resources, offsets, logger, metrics, callees } = rest;
  const subscriber = new Subscriber(context, resources, offsets);
  const health = new AppHealth({
    channel: context.channel,
    logger,
    metrics,
    readyPath: config.readyPath,
    livePath: config.livePath,
    pollEvery: config.healthPollMs,
  });
  return {
    context,
    server: createAppServer(context, { callees, resiliency: resources.resiliency }, app.apiToken),
    httpPort: app.httpPort,
    takesDeliveries: app.enableDelivery,
    health,
    subscriber,
    bindings: new CronBindings(context),
    subscribe: async () => {
      while (!health.isStopped) {
        try {
          return await subscriber.start();
        } catch (error) {
          logger.warn({ app_id: context.appId, reason: messageOf(error) }, "cannot learn the app's subscriptions yet");
          await sleep(250);
        }
      }
    },
  };
}
