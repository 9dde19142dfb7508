type Exporter = { source: string; metrics: string[] };

/** What others export that our alerts and dashboards ask for, of the versions that `npm run cluster:setup` and compose install. */
export const exporters = {
  prometheus: { source: "https://prometheus.io/docs/concepts/jobs_instances/", metrics: ["up"] },
  daprd: {
    // A measure `a/b` that is registered as a view there is exported as `dapr_a_b`.
    source: "github.com/dapr/dapr v1.18.3, pkg/diagnostics/{component,resiliency}_monitoring.go",
    metrics: [
      "dapr_component_pubsub_ingress_bulk_event_count",
      "dapr_resiliency_activations_total",
      "dapr_resiliency_cb_state",
    ],
  },
  sentry: {
    source: "github.com/dapr/dapr v1.18.3, pkg/sentry/monitoring/metrics.go",
    metrics: ["dapr_sentry_issuercert_expiry_timestamp"],
  },
  strimzi: {
    source: "github.com/strimzi/strimzi-kafka-operator 1.2.0, KafkaAssemblyOperatorMetricsHolder.java",
    metrics: ["strimzi_certificate_expiration_timestamp_ms"],
  },
  kafkaExporter: {
    source:
      "github.com/strimzi/strimzi-kafka-operator 1.2.0, packaging/examples/metrics/grafana-dashboards/strimzi-kafka-exporter.json",
    metrics: ["kafka_consumergroup_lag", "kafka_topic_partition_current_offset"],
  },
  /** The reporter of the brokers, which exports what the list in strimzi/base/kafka.yaml allows. */
  kafka: {
    source:
      "github.com/strimzi/strimzi-kafka-operator 1.2.0, packaging/examples/metrics/strimzi-metrics-reporter/grafana-dashboards/strimzi-kafka.json",
    metrics: [
      "kafka_controller_kafkacontroller_offlinepartitionscount",
      "kafka_server_brokertopicmetrics_bytesinpersec_total",
      "kafka_server_brokertopicmetrics_bytesoutpersec_total",
      "kafka_server_brokertopicmetrics_messagesinpersec_total",
      "kafka_server_replicamanager_underreplicatedpartitions",
    ],
  },
  cloudNativePg: {
    source: "github.com/cloudnative-pg/cloudnative-pg v1.28.0, config/manager/default-monitoring.yaml",
    metrics: [
      "cnpg_backends_total",
      "cnpg_pg_replication_lag",
      "cnpg_pg_stat_database_xact_commit",
      "cnpg_pg_stat_database_xact_rollback",
    ],
  },
  certManager: {
    source: "github.com/cert-manager/cert-manager v1.19.1, pkg/metrics",
    metrics: ["certmanager_certificate_expiration_timestamp_seconds"],
  },
} satisfies Record<string, Exporter>;

export const namesOf = (...those: Exporter[]): string[] => those.flatMap(({ metrics }) => metrics);
