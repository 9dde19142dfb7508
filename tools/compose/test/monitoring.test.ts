import { expect, test } from "vitest";
import { parse } from "yaml";
import { alertsOf, readAlerts, readDashboards, readDataSources, readProviders } from "../../monitoring/files.ts";
import { read, readCompose } from "./compose-files.ts";

test("Grafana finds its sources, and the dashboards where it looks for them", () => {
  const compose = readCompose("docker-compose.yml");
  const { datasources } = readDataSources();
  for (const { url } of datasources) expect(Object.keys(compose.services)).toContain(new URL(url).hostname);
  const known = datasources.map(({ type, uid }) => ({ type, uid }));
  const panels = readDashboards().flatMap((dashboard) => dashboard.panels);
  for (const { datasource, targets } of panels)
    for (const source of [datasource, ...targets.map((target) => target.datasource)])
      expect(known).toContainEqual(source);
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
  expect(alertsOf(readAlerts()).length).toBeGreaterThan(0);
});
