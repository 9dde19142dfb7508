import type { Place } from "./places.ts";

type Chart = {
  release: string;
  namespace: string;
  /** As helm takes it: a name in a repository, or the address of a chart. */
  chart: string[];
  version: string;
  set?: string[];
  /** Of the namespace: what the network policies of k8s/ know it by. */
  labels?: string[];
  isNeeded: (place: Place) => boolean;
};

const always = () => true;

/** Who runs what Tend is made of, in the order of installing. */
export const charts: readonly Chart[] = [
  {
    release: "dapr",
    namespace: "dapr-system",
    chart: ["dapr", "--repo", "https://dapr.github.io/helm-charts"],
    version: "1.18.3",
    // Pod Security `restricted` asks it of sidecars too.
    set: ["dapr_sidecar_injector.sidecarDropALLCapabilities=true", "global.logAsJson=true"],
    isNeeded: always,
  },
  {
    release: "strimzi",
    namespace: "strimzi",
    chart: ["oci://quay.io/strimzi-helm/strimzi-kafka-operator"],
    version: "1.2.0",
    set: ["watchNamespaces={todo-app}"],
    isNeeded: always,
  },
  {
    release: "cnpg",
    namespace: "cnpg-system",
    chart: ["cloudnative-pg", "--repo", "https://cloudnative-pg.github.io/charts"],
    version: "0.27.0",
    isNeeded: ({ hasPostgres }) => hasPostgres,
  },
  {
    release: "cert-manager",
    namespace: "cert-manager",
    chart: ["cert-manager", "--repo", "https://charts.jetstack.io"],
    version: "v1.19.1",
    set: ["crds.enabled=true"],
    isNeeded: ({ isProduction }) => isProduction,
  },
  {
    release: "barman-cloud",
    namespace: "cnpg-system",
    chart: ["plugin-barman-cloud", "--repo", "https://cloudnative-pg.github.io/charts"],
    version: "0.6.0",
    isNeeded: ({ isProduction, hasPostgres }) => isProduction && hasPostgres,
  },
  {
    release: "keda",
    namespace: "keda",
    chart: ["keda", "--repo", "https://kedacore.github.io/charts"],
    version: "2.18.3",
    isNeeded: ({ name }) => name === "prod",
  },
  {
    release: "monitoring",
    namespace: "monitoring",
    chart: ["oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack"],
    version: "79.7.1",
    // Monitors, rules and dashboards of every namespace, not only its own.
    set: [
      "prometheus.prometheusSpec.serviceMonitorSelectorNilUsesHelmValues=false",
      "prometheus.prometheusSpec.podMonitorSelectorNilUsesHelmValues=false",
      "prometheus.prometheusSpec.ruleSelectorNilUsesHelmValues=false",
      "grafana.sidecar.dashboards.searchNamespace=ALL",
    ],
    isNeeded: ({ isProduction }) => isProduction,
  },
  {
    release: "front-door",
    namespace: "front-door",
    chart: ["oci://ghcr.io/nginx/charts/nginx-ingress"],
    version: "2.4.4",
    labels: ["tend/front-door=true"],
    isNeeded: ({ hasGateway }) => !hasGateway,
  },
];
