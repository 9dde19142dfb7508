import { type FaultRow, set, unset } from "../mutate.ts";

export const ofMonitoring: FaultRow[] = [
  [
    "an alert on what nobody measures",
    set("PrometheusRule", "tend", "spec/groups/0/rules/1/expr", "tend_nothing > 1"),
    /EventsWait asks for tend_nothing/,
  ],
  [
    "a panel of what nobody measures",
    (all) => {
      const board = all.find(({ metadata }) => metadata.name === "dashboard-event-flow");
      board!.data = {
        "x.json": String(Object.values(board!.data as object)[0]).replace("cnpg_backends_total", "cnpg_backends"),
      };
    },
    /"PostgreSQL: connections" asks for cnpg_backends,/,
  ],
  [
    "a panel of what the brokers keep for themselves",
    set("Kafka", "tend", "spec/kafka/metricsConfig/values/allowList", ["kafka_server_brokertopicmetrics.*"]),
    /does not export kafka_server_replicamanager_underreplicatedpartitions/,
  ],
  [
    "a monitor of nothing",
    set("ServiceMonitor", "services", "spec/selector/matchLabels", { a: "b" }),
    /ServiceMonitor services: finds no Service/,
  ],
  [
    "a monitor of a database that is not here",
    set("PodMonitor", "postgres", "spec/selector/matchLabels/cnpg.io~cluster", "x"),
    /PodMonitor postgres: finds no pods/,
  ],
  [
    "a monitor of a port that there is not",
    set("ServiceMonitor", "services", "spec/endpoints/0/port", "web"),
    /Service todo-backend has no such port/,
  ],
  [
    "a monitor that names no app",
    unset("PodMonitor", "kafka", "spec/podMetricsEndpoints/0/relabelings"),
    /PodMonitor kafka: does not say the app/,
  ],
];
