import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { version } from "./version.ts";

export { Counter, Gauge, Histogram };
export type Metrics = Registry;

let ofProcess: Registry | undefined;

/** CPU, memory and event loop belong to the process, which several services may share: collected once. */
function processMetrics(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

export function createMetrics(appId: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: appId });
  const info = { name: "tend_build_info", help: "Always 1; which version runs", labelNames: ["version"] };
  new Gauge({ ...info, registers: [registry] }).set({ version }, 1);
  return registry;
}

export const requestDurations = (registry: Metrics) =>
  new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the request's headers to the answer's end",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });

/** How late consumers are, and, by its count, how much they handle. */
export const eventDelays = (registry: Metrics) =>
  new Histogram({
    name: "tend_event_delay_seconds",
    help: "Time from an event's commit to the commit of what its handler did",
    labelNames: ["type"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
    registers: [registry],
  });

/** A number that is asked for when somebody looks; NaN while the answer is not to be had. */
export function gauge(registry: Metrics, name: string, help: string, read: () => Promise<number> | number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await Promise.try(read).catch(() => Number.NaN));
    },
  });
}

export async function renderMetrics(registry: Metrics): Promise<{ contentType: string; body: string }> {
  const parts = await Promise.all([processMetrics().metrics(), registry.metrics()]);
  return { contentType: registry.contentType, body: parts.join("\n") };
}
