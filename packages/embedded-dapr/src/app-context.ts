import type { Logger } from "pino";
import type { AppChannel } from "./app-channel.ts";
import type { Metrics } from "./metrics.ts";
import type { OrderedLog } from "./pubsub/log.ts";
import type { Component } from "./resources/component.ts";
import type { AppConfiguration } from "./resources/configuration.ts";
import type { Subscription } from "./resources/subscription.ts";
import type { SecretStore } from "./secrets/secret-store.ts";
import type { StateStore } from "./state/state-store.ts";

/** What one app's sidecar works with. */
export interface AppContext {
  appId: string;
  channel: AppChannel;
  components: Component[];
  configuration: AppConfiguration;
  pubsubs: Map<string, Component>;
  stateStores: Map<string, StateStore>;
  secretStores: Map<string, SecretStore>;
  subscriptions: Subscription[];
  log: OrderedLog;
  logger: Logger;
  metrics: Metrics;
}
