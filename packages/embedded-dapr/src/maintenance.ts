import type { Logger } from "pino";
import { messageOf } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import type { OrderedLog } from "./pubsub/log.ts";
import type { LogRequests } from "./pubsub/log-requests.ts";
import type { PartitionConsumer } from "./pubsub/partition-consumer.ts";
import { prune } from "./pubsub/retention.ts";
import type { StateStore } from "./state/state-store.ts";

export interface MaintenanceOptions {
  log: OrderedLog;
  logger: Logger;
  metrics: Metrics;
  requests: LogRequests;
  stateStores: StateStore[];
  retention: { days: number; deadLetterDays: number };
  consumers(): { group: string; consumers: PartitionConsumer[] }[];
}

const hourly = 3_600_000;

/** Retention and expiry each hour, requests as a safety net each 5 s, lag when metrics are read. Returns how to stop. */
export function startMaintenance(options: MaintenanceOptions): () => void {
  const { log, logger, requests, stateStores, retention } = options;
  const tidy = async () => {
    if (!log.available.isOpen) return;
    try {
      const pruned = await prune(log.pool, retention);
      if (pruned > 0) logger.info({ pruned }, "pruned consumed messages");
      await Promise.all(stateStores.map((store) => store.deleteExpired()));
      await log.pool.query("delete from log_requests where done_at < now() - interval '30 days'");
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, "pruning is done later");
    }
  };
  const timers = [setInterval(() => void tidy(), hourly), setInterval(() => void requests.run(), 5_000)];
  for (const timer of timers) timer.unref();
  observeLag(options);
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function observeLag({ metrics, consumers }: MaintenanceOptions): void {
  Object.assign(metrics.lag, {
    collect: () => {
      metrics.lag.reset();
      for (const { group, consumers: running } of consumers()) {
        for (const { partition, position } of running) {
          metrics.lag.inc({ app_id: group, topic: partition.topic }, Math.max(partition.next - position, 0));
        }
      }
    },
  });
}
