import { add, copy, drop, type FaultRow, set, unset } from "../mutate.ts";
import { app, backend, pod } from "./paths.ts";

export const ofPods: FaultRow[] = [
  ["a field that there is not", backend("spec/replica", 1), /additional properties "replica"/],
  ["a value of another type", backend(`${app}/ports/0/containerPort`, "4000"), /must be integer/],
  ["a kind without a schema", add({ apiVersion: "v1", kind: "Pod", metadata: { name: "x" } }), /no schema for v1 Pod/],
  ["an object that is defined twice", copy("Service", "todo-backend", "todo-backend"), /defined twice/],

  [
    "no limit of memory",
    unset("Deployment", "todo-backend", `${app}/resources/limits/memory`),
    /has no limit of memory/,
  ],
  ["no request of CPU", unset("Deployment", "todo-backend", `${app}/resources/requests/cpu`), /requests no cpu/],
  [
    "a request above the limit",
    backend(`${app}/resources/requests/memory`, "1Gi"),
    /requests more memory than its limit/,
  ],
  ["no readiness probe", unset("Deployment", "todo-backend", `${app}/readinessProbe`), /has no readinessProbe/],
  ["no startup probe", unset("Deployment", "audit-service", `${app}/startupProbe`), /has no startupProbe/],
  ["a probe of no port", backend(`${app}/livenessProbe/httpGet/port`, "web"), /livenessProbe asks port "web"/],
  [
    "a root that can be written",
    backend(`${app}/securityContext/readOnlyRootFilesystem`, false),
    /can write to its root/,
  ],
  ["privileges", backend(`${app}/securityContext/privileged`, true), /is privileged/],
  [
    "a way to privileges",
    unset("Deployment", "todo-backend", `${app}/securityContext/allowPrivilegeEscalation`),
    /may gain privileges/,
  ],
  ["capabilities", backend(`${app}/securityContext/capabilities`, { drop: [] }), /keeps capabilities/],
  ["root", backend(`${pod}/securityContext/runAsNonRoot`, false), /may run as root/],
  ["a user by name", unset("Deployment", "todo-backend", `${pod}/securityContext/runAsUser`), /no number for its user/],
  ["no seccomp profile", unset("Deployment", "zipkin", `${pod}/securityContext/seccompProfile`), /no seccomp profile/],
  ["a folder of the node", backend(`${pod}/volumes/0`, { name: "tmp", hostPath: { path: "/" } }), /folder of the node/],
  ["the node's network", backend(`${pod}/hostNetwork`, true), /has hostNetwork/],
  ["scratch space without a bound", backend(`${pod}/volumes/0`, { name: "tmp", emptyDir: {} }), /has no sizeLimit/],
  ["a volume that there is not", backend(`${app}/volumeMounts/0/name`, "data"), /mounts data, which is no volume/],
  [
    "an image without a version",
    set("Deployment", "zipkin", `${app}/image`, "openzipkin/zipkin"),
    /image without a version/,
  ],
  ["two versions of Tend", backend(`${app}/image`, "tend/services:0.2.0"), /different versions/],
  ["migrations under an old name", set("Job", "migrate", "metadata/name", "migrate-0-0-9"), /does not say the version/],

  [
    "a selector of other pods",
    backend("spec/selector/matchLabels/app.kubernetes.io~name", "x"),
    /does not find its own pods/,
  ],
  [
    "a service without pods",
    set("Service", "audit-service", "spec/selector", { a: "b" }),
    /selects the pods of 0 workloads/,
  ],
  ["a service of all pods", set("Service", "audit-service", "spec/selector", { "tend/app": "true" }), /of 5 workloads/],
  [
    "a target port that there is not",
    set("Service", "audit-service", "spec/ports/0/targetPort", "web"),
    /have no port web/,
  ],
  [
    "both fields of a budget",
    set("PodDisruptionBudget", "audit-service", "spec/minAvailable", 1),
    /one of minAvailable/,
  ],
  [
    "neither field of a budget",
    unset("PodDisruptionBudget", "audit-service", "spec/maxUnavailable"),
    /one of minAvailable/,
  ],
  [
    "a budget of no pods",
    set("PodDisruptionBudget", "audit-service", "spec/selector", { matchLabels: { a: "b" } }),
    /of 0 workloads/,
  ],
  [
    "a policy of no pods",
    set("NetworkPolicy", "to-zipkin", "spec/podSelector", { matchLabels: { a: "b" } }),
    /selects no pods/,
  ],
  [
    "a policy that lets in nobody's pods",
    set("NetworkPolicy", "zipkin", "spec/ingress/0/from/0/podSelector", { matchLabels: { a: "b" } }),
    /pods that there are not/,
  ],
  [
    "a policy for a port that there is not",
    set("NetworkPolicy", "front-door", "spec/ingress/0/ports/0/port", "web"),
    /port web, which no pod has/,
  ],
  ["no denial", drop("NetworkPolicy", "deny-all"), /no network policy denies/],

  [
    "a minimum above the maximum",
    set("HorizontalPodAutoscaler", "todo-backend", "spec/minReplicas", 99),
    /minimum is above its maximum/,
  ],
  [
    "an autoscaler of nothing",
    set("HorizontalPodAutoscaler", "todo-backend", "spec/scaleTargetRef/name", "x"),
    /no Deployment x/,
  ],
  [
    "an autoscaler that measures nothing",
    set("HorizontalPodAutoscaler", "todo-backend", "spec/metrics/0/containerResource/container", "x"),
    /measures container x/,
  ],
  [
    "two autoscalers",
    copy("HorizontalPodAutoscaler", "todo-backend", "second"),
    /would fight over Deployment todo-backend/,
  ],
  ["a fixed number of replicas", backend("spec/replicas", 3), /says a number of replicas itself/],
  [
    "more consumers than partitions",
    set("ScaledObject", "audit-service", "spec/maxReplicaCount", 13),
    /more consumers than KafkaTopic/,
  ],
  [
    "the lag of another topic",
    set("ScaledObject", "audit-service", "spec/triggers/1/metadata/topic", "reminders"),
    /which audit-service does not read/,
  ],
  [
    "the lag of another group",
    set("ScaledObject", "audit-service", "spec/triggers/1/metadata/consumerGroup", "x"),
    /group x of another app/,
  ],
  [
    "a lag asked as nobody",
    set("ScaledObject", "audit-service", "spec/triggers/1/metadata/username", "x"),
    /no KafkaUser x/,
  ],
];
