import type { Json } from "../manifest.ts";
import { add, type FaultRow, set, unset } from "../test/mutate.ts";

const pod = "spec/template/spec";
const app = `${pod}/containers/0`;
const backend = (path: string, value: Json) => set("Deployment", "todo-backend", path, value);

/** What the API server has to refuse, so that what it accepts means something. */
export const faults: FaultRow[] = [
  ["a field that there is not", backend(`${app}/readynessProbe`, {}), /unknown field .*readynessProbe/],
  ["a field of Kafka that there is not", set("Kafka", "tend", "spec/kafka/listener", []), /unknown field .*listener/],
  ["a privileged pod", backend(`${app}/securityContext/privileged`, true), /privileged/],
  ["a pod that may become root", backend(`${app}/securityContext/allowPrivilegeEscalation`, true), /PodSecurity/],
  [
    "a pod with all capabilities",
    unset("Deployment", "todo-backend", `${app}/securityContext/capabilities`),
    /PodSecurity/,
  ],
  ["a job as root", set("Job", "migrate", `${pod}/securityContext/runAsUser`, 0), /PodSecurity/],
  ["a folder of the node", backend(`${pod}/volumes/2`, { name: "any", hostPath: { path: "/" } }), /PodSecurity/],
  ["a selector of other pods", backend("spec/selector/matchLabels", { a: "b" }), /selector.*does not match/],
  ["no amount", backend(`${app}/resources/limits/memory`, "512MBs"), /quantit|memory/],
  [
    "more asked for than allowed",
    backend(`${app}/resources/requests/memory`, "9Gi"),
    /must be less than or equal to memory limit/,
  ],
  [
    "a probe of nothing",
    unset("Deployment", "todo-backend", `${app}/livenessProbe/httpGet`),
    /must specify a handler type/,
  ],
  [
    "two bounds of a budget",
    set("PodDisruptionBudget", "todo-backend", "spec/minAvailable", 1),
    /cannot be both set|mutually exclusive/,
  ],
  ["fewest above most", set("HorizontalPodAutoscaler", "todo-backend", "spec/minReplicas", 99), /minReplicas/],
  ["a port beyond all", set("NetworkPolicy", "metrics", "spec/ingress/0/ports/1/port", 70_000), /between 1 and 65535/],
  ["a path of no kind", set("Ingress", "tend", "spec/rules/0/http/paths/0/pathType", "Regex"), /pathType/],
  ["a topic of no partitions", set("KafkaTopic", "task-events", "spec/partitions", 0), /partitions/],
  ["no server of PostgreSQL", set("Cluster", "tend-postgres", "spec/instances", 0), /instances/],
  [
    "a role of no kind",
    add({
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" },
      metadata: { name: "any", namespace: "todo-app" },
      rules: [{ apiGroups: [""], resources: ["secrets"] }],
    } as Parameters<typeof add>[0]),
    /verbs/,
  ],
];
