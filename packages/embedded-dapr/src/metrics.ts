import { Counter, Gauge, Histogram, Registry } from "prom-client";

const seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10, 30];
const messages = [1, 2, 5, 10, 50, 100, 500, 1000];

export function createMetrics() {
  const registry = new Registry();
  const named = <Label extends string>(name: string, help: string, ...labelNames: Label[]) => ({
    name: `embedded_dapr_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  return {
    registry,
    published: new Counter(named("published_total", "Messages accepted, by topic", "app_id", "topic")),
    refused: new Counter(named("publish_failures_total", "Messages that could not be stored", "app_id", "topic")),
    /** Outcomes: success, retry, drop, dead-letter. */
    handled: new Counter(named("handled_total", "Messages by consumer and outcome", "app_id", "topic", "outcome")),
    handling: new Histogram({
      ...named("handler_seconds", "Time an app took for a delivery", "app_id", "topic"),
      buckets: seconds,
    }),
    lag: new Gauge(named("lag_messages", "Messages accepted and not yet handled, by consumer", "app_id", "topic")),
    batch: new Histogram({ ...named("commit_messages", "Messages stored by one commit"), buckets: messages }),
    invocations: new Counter(
      named("invocations_total", "Invocations by caller, callee, status", "app_id", "callee", "status"),
    ),
    /** Outcomes: ok, failed, lost. */
    ticks: new Counter(named("ticks_total", "Ticks by binding and outcome", "app_id", "binding", "outcome")),
    appHealthy: new Gauge(named("app_healthy", "1 while an app answers its health check", "app_id")),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
