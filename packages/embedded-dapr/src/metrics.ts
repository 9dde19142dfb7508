import { Counter, Gauge, Histogram, Registry } from "prom-client";

const seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10, 30];

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    published: new Counter({
      name: "embedded_dapr_published_total",
      help: "Messages accepted, by topic",
      labelNames: ["app_id", "topic"],
      registers,
    }),
    refused: new Counter({
      name: "embedded_dapr_publish_failures_total",
      help: "Messages that could not be stored, by topic",
      labelNames: ["app_id", "topic"],
      registers,
    }),
    handled: new Counter({
      name: "embedded_dapr_handled_total",
      help: "Messages by consumer, topic and outcome: success, retry, drop, dead-letter",
      labelNames: ["app_id", "topic", "outcome"],
      registers,
    }),
    handling: new Histogram({
      name: "embedded_dapr_handler_seconds",
      help: "Time an app took for a delivery",
      labelNames: ["app_id", "topic"],
      buckets: seconds,
      registers,
    }),
    lag: new Gauge({
      name: "embedded_dapr_lag_messages",
      help: "Messages accepted and not yet handled, by consumer and topic",
      labelNames: ["app_id", "topic"],
      registers,
    }),
    batch: new Histogram({
      name: "embedded_dapr_commit_messages",
      help: "Messages stored by one commit",
      buckets: [1, 2, 5, 10, 50, 100, 500, 1000],
      registers,
    }),
    invocations: new Counter({
      name: "embedded_dapr_invocations_total",
      help: "Invocations by caller, callee and status",
      labelNames: ["app_id", "callee", "status"],
      registers,
    }),
    ticks: new Counter({
      name: "embedded_dapr_ticks_total",
      help: "Ticks by binding and outcome",
      labelNames: ["app_id", "binding", "outcome"],
      registers,
    }),
    appHealthy: new Gauge({
      name: "embedded_dapr_app_healthy",
      help: "1 while an app answers its health check",
      labelNames: ["app_id"],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
