import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createMetrics, renderMetrics } from "@tend/service-kit";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../bootstrap/folders.mjs";
import {
  alertQueries,
  dashboardQueries,
  metricsIn,
  readAlerts,
  readDashboard,
  readDataSources,
  readProviders,
} from "../monitoring.ts";
import { read, readCompose } from "./compose-files.ts";

/** Prometheus' own, and Dapr's, which `npm run test:compose` finds in running sidecars. */
const others = ["up", "dapr_component_pubsub_ingress_bulk_event_count"];

async function exported(): Promise<Set<string>> {
  const { body } = await renderMetrics(createMetrics("test"));
  const ofNode = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
  const sources = globSync(["backend/src/**/*.ts", "packages/service-kit/src/**/*.ts"], { cwd: root });
  const own = sources.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/"((?:tend|http)_[a-z_]+)"/g)].map(([, name = ""]) => name),
  );
  return new Set([...ofNode, ...own, ...others]);
}

test.each([...alertQueries(), ...dashboardQueries()])("%s asks for what is exported", async (query) => {
  const names = await exported();
  const metrics = metricsIn(query).map((name) => name.replace(/_(?:bucket|sum)$|(?<=seconds)_count$/, ""));
  expect(metrics.length).toBeGreaterThan(0);
  expect(metrics.filter((name) => !names.has(name))).toEqual([]);
});

test("a query for what nobody exports would be found", () => {
  expect(metricsIn('sum by (service) (rate(tend_nothing_total{status="200"}[5m])) > 0.1')).toEqual([
    "tend_nothing_total",
  ]);
});

test("Grafana finds its sources, and the dashboard where it looks for it", () => {
  const compose = readCompose("docker-compose.yml");
  const { datasources } = readDataSources();
  for (const { url } of datasources) expect(Object.keys(compose.services)).toContain(new URL(url).hostname);
  const known = datasources.map(({ type, uid }) => ({ type, uid }));
  const { panels } = readDashboard();
  for (const { datasource, targets } of panels)
    for (const source of [datasource, ...targets.map((target) => target.datasource)])
      expect(known).toContainEqual(source);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const mounted = compose.services.grafana?.volumes.map((volume) => volume.split(":"));
  expect(mounted).toContainEqual(["./docker/grafana/dashboards", readProviders().providers[0]?.options.path, "ro"]);
  expect(mounted).toContainEqual(["./docker/grafana/provisioning", "/etc/grafana/provisioning", "ro"]);
});

test("Prometheus asks every service and every sidecar, and judges by the alerts", () => {
  const { services } = readCompose("docker-compose.yml");
  const config = parse(read("docker/prometheus/prometheus.yml"));
  const targets: string[] = config.scrape_configs.flatMap((job: { static_configs: { targets: string[] }[] }) =>
    job.static_configs.flatMap((one) => one.targets),
  );
  const withMetrics = Object.entries(services).filter(
    ([name, { environment }]) => environment.APP_PORT && name !== "todo-frontend",
  );
  expect(targets.map((target) => target.split(":")[0]).sort()).toEqual(withMetrics.map(([name]) => name).sort());
  expect(config.rule_files).toEqual(["/etc/prometheus/alerts.yml"]);
  expect(readAlerts().groups[0]?.rules.length).toBeGreaterThan(0);
});
