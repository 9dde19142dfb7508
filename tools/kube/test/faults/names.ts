import { add, drop, type FaultRow, set, unset } from "../mutate.ts";
import { app, backend, notes, pod } from "./paths.ts";

export const ofNames: FaultRow[] = [
  ["a secret that nobody makes", backend(`${app}/env/3/valueFrom/secretKeyRef/name`, "x"), /names the secret x/],
  ["a key that a secret has not", backend(`${app}/env/3/valueFrom/secretKeyRef/key`, "x"), /reads x of the secret/],
  [
    "a sidecar's secret that nobody makes",
    backend(`${notes}/dapr.io~env-from-secret`, "KAFKA_PASSWORD=x:password"),
    /names the secret x/,
  ],
  [
    "a component's key that there is not",
    set("Component", "statestore", "spec/metadata/0/secretKeyRef/key", "x"),
    /reads x of the secret postgres-credentials-dapr/,
  ],
  [
    "an allowed secret that nobody makes",
    set("Configuration", "todo-backend", "spec/secrets/scopes/0/allowedSecrets/0", "x"),
    /names the secret x/,
  ],
  [
    "a mounted secret that nobody makes",
    set("Job", "migrate", `${pod}/volumes/2/projected/sources/0/secret/name`, "x"),
    /names the secret x/,
  ],
  ["a secret in the manifests", add({ apiVersion: "v1", kind: "Secret", metadata: { name: "x" } }), /a Secret stands/],
  ["a password in an address", backend(`${app}/env/0/value`, "postgres://a:b@c/d"), /a password stands in/],
  [
    "settings that there are not",
    backend(`${app}/envFrom/0/configMapRef/name`, "x"),
    /ConfigMap x, which there is not/,
  ],
  [
    "a setting that there is not",
    set("Deployment", "todo-frontend", `${app}/env/2/valueFrom/configMapKeyRef/key`, "X"),
    /reads X of the ConfigMap/,
  ],
  ["an account that there is not", drop("ServiceAccount", "audit-service"), /no ServiceAccount audit-service/],
  [
    "the account of the namespace",
    unset("Deployment", "todo-backend", `${pod}/serviceAccountName`),
    /account of the namespace/,
  ],
  [
    "a secret too many",
    set("Role", "audit-service", "rules/0/resourceNames/3", "jwt-secret"),
    /may read jwt-secret, which/,
  ],
  [
    "a secret too few",
    unset("Role", "todo-backend", "rules/0/resourceNames/0"),
    /may not read postgres-credentials-todo-backend/,
  ],
  ["all secrets", unset("Role", "todo-backend", "rules/0/resourceNames"), /more than to read named secrets/],
  ["a role that writes", set("Role", "todo-backend", "rules/0/verbs", ["*"]), /more than to read named secrets/],
  ["a binding to no role", set("RoleBinding", "todo-backend", "roleRef/name", "x"), /no Role x/],
  [
    "no token for what reads secrets",
    set("ServiceAccount", "todo-backend", "automountServiceAccountToken", false),
    /no token to read secrets/,
  ],
  [
    "a token for what reads none",
    set("ServiceAccount", "todo-frontend", "automountServiceAccountToken", true),
    /token that nothing needs/,
  ],

  ["a configuration that there is not", backend(`${notes}/dapr.io~config`, "x"), /no Configuration x/],
  ["another port for the sidecar", backend(`${notes}/dapr.io~app-port`, "80"), /port that the app has not/],
  ["another app id", backend(`${notes}/dapr.io~app-id`, "x"), /called otherwise/],
  [
    "a sidecar without a limit",
    unset("Deployment", "todo-backend", `${notes}/dapr.io~sidecar-memory-limit`),
    /no dapr.io\/sidecar-memory-limit/,
  ],
  [
    "a component's field that there is not",
    set("Component", "pubsub", "spec/metadata/0/name", "broker"),
    /does not know broker/,
  ],
  ["a component's field that is missing", unset("Component", "pubsub", "spec/metadata/0"), /lacks brokers/],
  [
    "a value that a component does not take",
    set("Component", "pubsub", "spec/metadata/7/value", "first"),
    /initialOffset cannot be "first"/,
  ],
  [
    "no number for a number",
    set("Component", "pubsub", "spec/metadata/8/value", "much"),
    /maxMessageBytes cannot be "much"/,
  ],
  ["another type of component", set("Component", "pubsub", "spec/type", "pubsub.kafak"), /no component that is known/],
  ["another version of a component", set("Component", "statestore", "spec/version", "v3"), /has no version v3/],
  [
    "a secret store that there is not",
    set("Component", "statestore", "auth/secretStore", "x"),
    /secret store "x" does not exist/,
  ],
  [
    "a variable that a sidecar has not",
    unset("Deployment", "audit-service", `${notes}/dapr.io~env-from-secret`),
    /KAFKA_PASSWORD, which the sidecar of audit-service/,
  ],
  ["a scope that is no app", set("Component", "pubsub", "scopes/0", "x"), /there is no app x/],
  [
    "a topic that there is not",
    set("Subscription", "notification-service-reminders", "spec/topic", "reminder"),
    /no KafkaTopic "reminder"/,
  ],
  [
    "dead letters to nowhere",
    unset("Subscription", "notification-service-reminders", "spec/deadLetterTopic"),
    /no KafkaTopic ""/,
  ],
  [
    "a pub/sub that there is not",
    set("Subscription", "notification-service-reminders", "spec/pubsubname", "x"),
    /pub\/sub does not exist/,
  ],
  ["a subscriber without pub/sub", unset("Component", "pubsub", "scopes/1"), /notification-service has no pubsub/],
  [
    "a route that the app has not",
    set("Subscription", "notification-service-reminders", "spec/routes/default", "/events/x"),
    /has no route \/events\/x/,
  ],
  [
    "a tick that the app has not",
    set("Component", "recurring-task-cron", "spec/metadata/1/value", "/api/jobs/x"),
    /has no route \/api\/jobs\/x/,
  ],
  [
    "a policy that there is not",
    set("Resiliency", "resiliency", "spec/targets/components/pubsub/inbound/retry", "x"),
    /no retry "x"/,
  ],
  ["a policy for no component", set("Resiliency", "resiliency", "spec/targets/components/x", {}), /no component x/],
  [
    "calls from another namespace",
    set("Configuration", "todo-backend", "spec/accessControl/policies/0/namespace", "default"),
    /from another namespace/,
  ],
  [
    "calls of a stranger",
    set("Configuration", "todo-backend", "spec/accessControl/policies/0/appId", "x"),
    /names x, which is no app/,
  ],
  [
    "calls that nobody named",
    set("Configuration", "todo-backend", "spec/accessControl/defaultAction", "allow"),
    /allows calls that it does not name/,
  ],
  [
    "every secret",
    set("Configuration", "todo-backend", "spec/secrets/scopes/0/defaultAccess", "allow"),
    /read every secret/,
  ],
  ["traces to nowhere", drop("Service", "zipkin"), /sends its traces to/],

  [
    "another path that is open",
    set("Ingress", "tend", "spec/rules/0/http/paths/0/path", "/api"),
    /leads \/api to todo-backend/,
  ],
  [
    "a path that leads elsewhere",
    set("Ingress", "tend", "spec/rules/0/http/paths/0/backend/service/name", "audit-service"),
    /leads \/api\/v1 to audit-service/,
  ],
  ["a path that is gone", unset("Ingress", "tend", "spec/rules/0/http/paths/2"), /nothing leads \/docs/],
  [
    "a service's port that there is not",
    set("Ingress", "tend", "spec/rules/0/http/paths/0/backend/service/port/name", "web"),
    /no port web/,
  ],
  ["another host", set("Ingress", "tend", "spec/rules/0/host", "x.example.org"), /answers for x.example.org/],
  [
    "a replica that is not passed over",
    unset("Ingress", "tend-page-parts", "metadata/annotations"),
    /asks no other replica for a part/,
  ],
  [
    "an API that is asked again and again",
    set("Ingress", "tend", "metadata/annotations", { "nginx.ingress.kubernetes.io/proxy-next-upstream": "http_404" }),
    /asks every replica for what is not there below \/api\/v1/,
  ],
  ["no certificate", unset("Ingress", "tend", "spec/tls"), /certificate for tend.example.org/],
];
