import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../bootstrap/folders.mjs";

const docker = join(root, "docker");
const clusterAlerts = join(root, "k8s/components/monitoring/alerts.yaml");
const read = (path: string) => readFileSync(join(docker, path), "utf8");

const Alerts = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^[A-Z]\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          /** `critical`: people feel it now. */
          labels: z.strictObject({ severity: z.enum(["critical", "warning"]) }),
          annotations: z.strictObject({ summary: z.string() }),
        }),
      ),
    }),
  ),
});
const Source = z.strictObject({ type: z.string(), uid: z.string() });
const Dashboard = z.looseObject({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number().int().min(36),
  panels: z.array(
    z.looseObject({
      id: z.number().int(),
      type: z.literal("timeseries"),
      title: z.string(),
      datasource: Source,
      gridPos: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z
        .array(z.strictObject({ refId: z.string(), datasource: Source, expr: z.string(), legendFormat: z.string() }))
        .min(1),
    }),
  ),
});
/** https://grafana.com/docs/grafana/latest/administration/provisioning/ */
const DataSources = z.strictObject({
  apiVersion: z.literal(1),
  datasources: z.array(
    z.strictObject({
      name: z.string(),
      uid: z.string(),
      type: z.enum(["prometheus", "zipkin"]),
      access: z.literal("proxy"),
      url: z.url(),
      isDefault: z.boolean().optional(),
      editable: z.boolean(),
    }),
  ),
});
const Providers = z.strictObject({
  apiVersion: z.literal(1),
  providers: z.array(
    z.strictObject({
      name: z.string(),
      type: z.literal("file"),
      allowUiUpdates: z.boolean(),
      options: z.strictObject({ path: z.string() }),
    }),
  ),
});

const dashboards = "grafana/dashboards";
const readDashboard = (path: string) => parseDashboard(read(join(dashboards, path)));
export const parseDashboard = (text: string) => Dashboard.parse(JSON.parse(text));
export const readAlerts = () => Alerts.parse(parse(read("prometheus/alerts.yml")));
/** What Prometheus is given in a cluster: the same, and more. */
export const readClusterAlerts = () => Alerts.parse(parse(readFileSync(clusterAlerts, "utf8")).spec);
export const readDashboards = () =>
  readdirSync(join(docker, dashboards))
    .filter((file) => file.endsWith(".json"))
    .map(readDashboard);
export const readDataSources = () => DataSources.parse(parse(read("grafana/provisioning/datasources/prometheus.yml")));
export const readProviders = () => Providers.parse(parse(read("grafana/provisioning/dashboards/tend.yml")));

export const alertsOf = ({ groups }: z.infer<typeof Alerts>) => groups.flatMap(({ rules }) => rules);
export const queriesOf = ({ panels }: ReturnType<typeof parseDashboard>) =>
  panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
