import { missingIn } from "../../monitoring/exported.ts";
import { exporters } from "../../monitoring/exporters.ts";
import { parseDashboard, queriesOf } from "../../monitoring/files.ts";
import { metricsIn } from "../../monitoring/queries.ts";
import { asList, asRecord, asText, at, labelsOf, type Manifest, named, ofKind } from "../manifest.ts";

type Query = { of: string; expr: string };

/** Alerts and dashboards ask for metrics that exist, brokers export theirs, and monitors find who exports them. */
export function checkMonitoring(all: readonly Manifest[]): string[] {
  const queries = [...ofKind(all, "PrometheusRule").flatMap(queriesOfAlerts), ...queriesOfDashboards(all)];
  return [
    ...queries.flatMap(({ of, expr }) => missingIn(expr).map((name) => `${of} asks for ${name}, which nobody exports`)),
    ...checkBrokers(queries, all),
    ...ofKind(all, "ServiceMonitor", "PodMonitor").flatMap((monitor) =>
      checkMonitor(monitor, all).map((fault) => `${named(monitor)}: ${fault}`),
    ),
  ];
}

function queriesOfAlerts(rule: Manifest): Query[] {
  return asList(at(rule, "spec", "groups"))
    .flatMap((group) => asList(at(group, "rules")))
    .map((one) => ({ of: `${named(rule)}: ${asText(at(one, "alert"))}`, expr: asText(at(one, "expr")) }));
}

function queriesOfDashboards(all: readonly Manifest[]): Query[] {
  return ofKind(all, "ConfigMap")
    .filter((map) => labelsOf(map).grafana_dashboard !== undefined)
    .flatMap((map) =>
      Object.values(asRecord(map.data ?? null))
        .flatMap((text) => queriesOf(parseDashboard(asText(text))))
        .map(({ title, expr }) => ({ of: `${named(map)}: "${title}"`, expr })),
    );
}

/** The brokers' reporter exports only what a list allows. */
function checkBrokers(queries: Query[], all: readonly Manifest[]): string[] {
  const asked = new Set(queries.flatMap(({ expr }) => metricsIn(expr)));
  const needed = exporters.kafka.metrics.filter((name) => asked.has(name));
  return ofKind(all, "Kafka").flatMap((kafka) => {
    const allowed = asList(at(kafka, "spec", "kafka", "metricsConfig", "values", "allowList")).map(asText);
    const isAllowed = (name: string) => allowed.some((pattern) => new RegExp(`^(?:${pattern})$`).test(name));
    return needed.filter((name) => !isAllowed(name)).map((name) => `${named(kafka)}: does not export ${name}`);
  });
}

/** Labels of the pods that operators make here, as they promise them. */
const podLabels: Record<string, string> = { Kafka: "strimzi.io/cluster", Cluster: "cnpg.io/cluster" };

function checkMonitor(monitor: Manifest, all: readonly Manifest[]): string[] {
  const endpoints = [
    ...asList(at(monitor, "spec", "endpoints")),
    ...asList(at(monitor, "spec", "podMetricsEndpoints")),
  ];
  const isNamed = endpoints.every((endpoint) =>
    asList(at(endpoint, "relabelings")).some((one) => at(one, "targetLabel") === "app"),
  );
  const faults = isNamed ? [] : ["does not say the app, which alerts and dashboards ask for"];
  return [...faults, ...(monitor.kind === "PodMonitor" ? checkPods(monitor, all) : checkServices(monitor, all))];
}

const wantedBy = (monitor: Manifest) => Object.entries(asRecord(at(monitor, "spec", "selector", "matchLabels")));

/** Of another namespace nothing is known here. */
function checkPods(monitor: Manifest, all: readonly Manifest[]): string[] {
  if (at(monitor, "spec", "namespaceSelector") !== undefined) return [];
  const wanted = wantedBy(monitor);
  const isThere = ofKind(all, ...Object.keys(podLabels)).some(({ kind, metadata }) =>
    wanted.some(([label, value]) => label === podLabels[kind] && value === metadata.name),
  );
  return isThere ? [] : ["finds no pods"];
}

function checkServices(monitor: Manifest, all: readonly Manifest[]): string[] {
  const wanted = wantedBy(monitor);
  // Services of sidecars are made by Dapr's operator.
  if (wanted.some(([label]) => label === "dapr.io/enabled")) return [];
  const found = ofKind(all, "Service").filter((service) =>
    wanted.every(([label, value]) => labelsOf(service)[label] === value),
  );
  if (found.length === 0) return ["finds no Service"];
  const ports = asList(at(monitor, "spec", "endpoints")).map((endpoint) => at(endpoint, "port"));
  return found
    .filter((one) => !ports.every((port) => asList(at(one, "spec", "ports")).some((each) => at(each, "name") === port)))
    .map((service) => `${named(service)} has no such port`);
}
