import { setTimeout as sleep } from "node:timers/promises";
import { own } from "../monitoring/exported.ts";
import { exporters, namesOf } from "../monitoring/exporters.ts";
import { alertsOf, queriesOf, readAlerts, readDashboards } from "../monitoring/files.ts";
import { metricsIn } from "../monitoring/queries.ts";
import type { Report } from "./report.ts";

type Target = { labels: Record<string, string>; health: string };

/** What the development file starts beside Tend really sees it. */
export async function checkMonitoring(prometheus: string, zipkin: string, report: Report): Promise<void> {
  await report.check("Prometheus reaches every service and sidecar", async () => {
    const targets = () => ask<{ data: { activeTargets: Target[] } }>(`${prometheus}/api/v1/targets`);
    await until("every target", async () =>
      (await targets()).data.activeTargets.every(({ health }) => health === "up"),
    );
    return `${(await targets()).data.activeTargets.length} targets`;
  });
  // Retries and circuit breakers are counted from the first failure on; the others need a cluster.
  const here = new Set([...own, ...namesOf(exporters.prometheus, exporters.daprd)]);
  const queries = [...alertsOf(readAlerts()), ...readDashboards().flatMap(queriesOf)].map(({ expr }) => expr);
  const metrics = new Set(queries.flatMap(metricsIn)).intersection(here);
  for (const name of metrics) if (name.startsWith("dapr_resiliency_")) metrics.delete(name);
  await report.check("every metric of the dashboards and the alerts is exported", async () => {
    for (const metric of metrics)
      await until(metric, async () => {
        const { data } = await ask<{ data: { result: unknown[] } }>(`${prometheus}/api/v1/query?query=${metric}`);
        return data.result.length > 0;
      });
    return `${metrics.size} metrics`;
  });
  await report.check("Zipkin has spans of the services", () =>
    until("the services' names", async () => {
      const names = await ask<string[]>(`${zipkin}/api/v2/services`);
      return ["todo-backend", "recurring-task-service", "notification-service", "audit-service"].every((name) =>
        names.includes(name),
      );
    }),
  );
}

async function ask<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
  return (await response.json()) as T;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(500)) if (await isSo()) return;
  throw new Error(`${what}: not there`);
}
