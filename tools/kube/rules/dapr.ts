import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  asList,
  asRecord,
  asText,
  at,
  findNamed,
  type Json,
  type Manifest,
  named,
  ofKind,
  podOf,
} from "../manifest.ts";

type Field = { r?: number; t?: string; a?: string[] };
type Metadata = Record<string, { v: string[]; fields: Record<string, Field> }>;

const metadata: Metadata = JSON.parse(
  readFileSync(join(import.meta.dirname, "../schemas/dapr-component-metadata.json"), "utf8"),
);
/** Fields of every binding, which the list of a component's own does not name. */
const ofBindings: Record<string, Field> = {
  route: { t: "string" },
  direction: { a: ["input", "output", "input, output"] },
};

/** Components that the app's sidecar loads. */
export const componentsOf = (appId: string, all: readonly Manifest[]): Manifest[] =>
  ofKind(all, "Component").filter(({ scopes }) => !scopes || asList(scopes).includes(appId));

const annotationsOf = (deployment: Manifest) => asRecord(at(podOf(deployment), "metadata", "annotations"));
const apps = (all: readonly Manifest[]) =>
  new Map(
    ofKind(all, "Deployment").flatMap((deployment) => {
      const appId = asText(annotationsOf(deployment)["dapr.io/app-id"]);
      return appId ? [[appId, deployment] as const] : [];
    }),
  );

/** Apps, components, subscriptions and policies name one another rightly. */
export function checkDapr(all: readonly Manifest[]): string[] {
  const known = apps(all);
  return [
    ...[...known.values()].flatMap((deployment) => checkApp(deployment, all)),
    ...ofKind(all, "Component").flatMap((component) => checkComponent(component, all)),
    ...ofKind(all, "Subscription").flatMap((subscription) => checkSubscription(subscription, all)),
    ...ofKind(all, "Resiliency").flatMap((resiliency) => checkResiliency(resiliency, all)),
    ...ofKind(all, "Configuration").flatMap((configuration) => checkConfiguration(configuration, all)),
    ...ofKind(all, "Component", "Subscription").flatMap((object) =>
      asList(object.scopes)
        .map(asText)
        .filter((appId) => !known.has(appId))
        .map((appId) => `${named(object)}: there is no app ${appId}`),
    ),
  ];
}

function checkApp(deployment: Manifest, all: readonly Manifest[]): string[] {
  const annotations = annotationsOf(deployment);
  const ports = asList(at(podOf(deployment), "spec", "containers")).flatMap((container) =>
    asList(at(container, "ports")),
  );
  const config = asText(annotations["dapr.io/config"]);
  const limits = ["cpu", "memory"].flatMap((name) => [
    `dapr.io/sidecar-${name}-request`,
    `dapr.io/sidecar-${name}-limit`,
  ]);
  const wanted = [
    ...limits,
    "dapr.io/api-token-secret",
    "dapr.io/app-token-secret",
    "dapr.io/graceful-shutdown-seconds",
  ];
  const faults = wanted.filter((name) => !annotations[name]).map((name) => `has no ${name}`);
  if (annotations["dapr.io/enabled"] !== "true") faults.push("gets no sidecar");
  if (!findNamed(all, "Configuration", config)) faults.push(`there is no Configuration ${config}`);
  if (!ports.some((port) => asText(at(port, "containerPort")) === annotations["dapr.io/app-port"]))
    faults.push("its sidecar asks a port that the app has not");
  if (annotations["dapr.io/app-id"] !== deployment.metadata.name) faults.push("is called otherwise than its app");
  return faults.map((fault) => `${named(deployment)}: ${fault}`);
}

function checkComponent(component: Manifest, all: readonly Manifest[]): string[] {
  const type = asText(at(component, "spec", "type"));
  const known = metadata[type];
  if (!known) return [`${named(component)}: ${type} is no component that is known here`];
  const fields = type.startsWith("bindings.") ? { ...known.fields, ...ofBindings } : known.fields;
  const given = asList(at(component, "spec", "metadata"));
  const names = given.map((field) => asText(at(field, "name")));
  const store = asText(at(component, "auth", "secretStore"));
  const needsStore = given.some((field) => at(field, "secretKeyRef"));
  return [
    ...(known.v.includes(asText(at(component, "spec", "version")))
      ? []
      : [`has no version ${asText(at(component, "spec", "version"))}`]),
    ...Object.entries(fields)
      .filter(([name, { r }]) => r && !names.includes(name))
      .map(([name]) => `lacks ${name}`),
    ...given.flatMap((field) => checkField(field, fields[asText(at(field, "name"))])),
    ...(needsStore && !findNamed(all, "Component", store) ? [`its secret store "${store}" does not exist`] : []),
    ...checkVariables(component, given, all),
  ].map((fault) => `${named(component)}: ${fault}`);
}

function checkField(field: Json, known: Field | undefined): string[] {
  const name = asText(at(field, "name"));
  if (!known) return [`does not know ${name}`];
  const value = at(field, "value");
  if (value === undefined) return [];
  const isNumber = /^\d+$/.test(asText(value));
  const isBool = /^(?:true|false)$/i.test(asText(value));
  const isWrong =
    (known.a && !known.a.includes(asText(value))) ||
    (known.t === "number" && !isNumber) ||
    (known.t === "bool" && !isBool);
  return isWrong ? [`${name} cannot be "${asText(value)}"`] : [];
}

/** A variable of the sidecar is there for every app that loads the component. */
function checkVariables(component: Manifest, given: Json[], all: readonly Manifest[]): string[] {
  const variables = given.map((field) => asText(at(field, "envRef"))).filter(Boolean);
  return variables.flatMap((variable) =>
    [...apps(all)]
      .filter(([appId]) => asList(component.scopes).includes(appId))
      .filter(
        ([, deployment]) => !asText(annotationsOf(deployment)["dapr.io/env-from-secret"]).includes(`${variable}=`),
      )
      .map(([appId]) => `reads ${variable}, which the sidecar of ${appId} has not`),
  );
}

function checkSubscription(subscription: Manifest, all: readonly Manifest[]): string[] {
  const pubsub = findNamed(all, "Component", asText(at(subscription, "spec", "pubsubname")));
  const topics = ["topic", "deadLetterTopic"].map((name) => asText(at(subscription, "spec", name)));
  const outside = asList(subscription.scopes).filter((appId) => !asList(pubsub?.scopes).includes(appId));
  return [
    ...(pubsub ? [] : ["its pub/sub does not exist"]),
    ...topics
      .filter((topic) => !findNamed(all, "KafkaTopic", topic))
      .map((topic) => `there is no KafkaTopic "${topic}"`),
    ...(pubsub ? outside.map((appId) => `${asText(appId)} has no ${pubsub.metadata.name}`) : []),
  ].map((fault) => `${named(subscription)}: ${fault}`);
}

function checkResiliency(resiliency: Manifest, all: readonly Manifest[]): string[] {
  const policies = asRecord(at(resiliency, "spec", "policies"));
  const targets = asRecord(at(resiliency, "spec", "targets"));
  const kinds = { timeout: "timeouts", retry: "retries", circuitBreaker: "circuitBreakers" };
  const used = [
    ...Object.values(asRecord(targets.apps)),
    ...Object.values(asRecord(targets.components)).flatMap((one) => Object.values(asRecord(one))),
  ];
  const known = apps(all);
  return [
    ...used.flatMap((target) =>
      Object.entries(kinds)
        .filter(
          ([name, group]) =>
            at(target, name) !== undefined && at(policies, group, asText(at(target, name))) === undefined,
        )
        .map(([name]) => `there is no ${name} "${asText(at(target, name))}"`),
    ),
    ...Object.keys(asRecord(targets.apps))
      .filter((appId) => !known.has(appId))
      .map((appId) => `there is no app ${appId}`),
    ...Object.keys(asRecord(targets.components))
      .filter((name) => !findNamed(all, "Component", name))
      .map((name) => `there is no component ${name}`),
  ].map((fault) => `${named(resiliency)}: ${fault}`);
}

function checkConfiguration(configuration: Manifest, all: readonly Manifest[]): string[] {
  const control = at(configuration, "spec", "accessControl");
  const known = apps(all);
  const faults = at(control, "defaultAction") === "deny" ? [] : ["allows calls that it does not name"];
  for (const policy of asList(at(control, "policies"))) {
    const appId = asText(at(policy, "appId"));
    if (!known.has(appId)) faults.push(`its access control names ${appId}, which is no app`);
    if (at(policy, "namespace") !== configuration.metadata.namespace)
      faults.push(`lets ${appId} call from another namespace`);
    if (at(policy, "defaultAction") !== "deny") faults.push(`lets ${appId} call everything`);
  }
  for (const scope of asList(at(configuration, "spec", "secrets", "scopes"))) {
    if (!findNamed(all, "Component", asText(at(scope, "storeName"))))
      faults.push(`there is no secret store ${asText(at(scope, "storeName"))}`);
    if (at(scope, "defaultAccess") !== "deny") faults.push("lets its app read every secret");
  }
  return [...faults, ...checkTracing(configuration, all)].map((fault) => `${named(configuration)}: ${fault}`);
}

function checkTracing(configuration: Manifest, all: readonly Manifest[]): string[] {
  const address = asText(at(configuration, "spec", "tracing", "zipkin", "endpointAddress"));
  if (!address) return [];
  const { hostname, port } = new URL(address);
  const service = findNamed(all, "Service", hostname);
  const isThere = asList(at(service, "spec", "ports")).some((one) => asText(at(one, "port")) === port);
  return isThere ? [] : [`sends its traces to ${address}, where nothing is`];
}
