import { asList, asText, at, findNamed, type Json, type Manifest, named, ofKind, podOf } from "../manifest.ts";

/** Who scales what, between which numbers, by what. */
export function checkScaling(all: readonly Manifest[]): string[] {
  const scalers = [...ofKind(all, "HorizontalPodAutoscaler"), ...ofKind(all, "ScaledObject")];
  const targets = scalers.map((scaler) => asText(at(scaler, "spec", "scaleTargetRef", "name")));
  return [
    ...scalers.flatMap((scaler) => checkScaler(scaler, all).map((fault) => `${named(scaler)}: ${fault}`)),
    ...targets
      .filter((name, index) => targets.indexOf(name) !== index)
      .map((name) => `two autoscalers would fight over Deployment ${name}`),
  ];
}

const smallest = (scaler: Manifest) =>
  Number(at(scaler, "spec", "minReplicas") ?? at(scaler, "spec", "minReplicaCount") ?? 1);
const largest = (scaler: Manifest) =>
  Number(at(scaler, "spec", "maxReplicas") ?? at(scaler, "spec", "maxReplicaCount"));

/** Pods of a deployment that may be there at once: its most replicas, and those that a new version adds while it is rolled out. */
export function mostPods(deployment: Manifest, all: readonly Manifest[]): number {
  const scaler = [...ofKind(all, "HorizontalPodAutoscaler"), ...ofKind(all, "ScaledObject")].find(
    (one) => at(one, "spec", "scaleTargetRef", "name") === deployment.metadata.name,
  );
  const replicas = scaler ? largest(scaler) : Number(at(deployment, "spec", "replicas") ?? 1);
  const surge = asText(at(deployment, "spec", "strategy", "rollingUpdate", "maxSurge") ?? "25%");
  return replicas + (surge.endsWith("%") ? Math.ceil((replicas * Number.parseInt(surge, 10)) / 100) : Number(surge));
}

function checkScaler(scaler: Manifest, all: readonly Manifest[]): string[] {
  const target = asText(at(scaler, "spec", "scaleTargetRef", "name"));
  const deployment = findNamed(all, "Deployment", target);
  if (!deployment) return [`there is no Deployment ${target}`];
  const faults: string[] = [];
  if (smallest(scaler) > largest(scaler)) faults.push("its minimum is above its maximum");
  if (at(deployment, "spec", "replicas") !== undefined)
    faults.push(`Deployment ${target} says a number of replicas itself`);
  const containers = asList(at(podOf(deployment), "spec", "containers")).map((container) =>
    asText(at(container, "name")),
  );
  const measured = [
    ...asList(at(scaler, "spec", "metrics")).map((metric) => at(metric, "containerResource", "container")),
    ...asList(at(scaler, "spec", "triggers")).map((trigger) => at(trigger, "metadata", "containerName")),
  ].filter((name) => name !== undefined);
  for (const name of measured)
    if (!containers.includes(asText(name)))
      faults.push(`measures container ${asText(name)}, which Deployment ${target} has not`);
  return [
    ...faults,
    ...checkPartitions(scaler, target, all),
    ...asList(at(scaler, "spec", "triggers")).flatMap((one) => checkTrigger(one, target, all)),
  ];
}

/** Consumers beyond the partitions of what they read would idle. */
function checkPartitions(scaler: Manifest, app: string, all: readonly Manifest[]): string[] {
  const topics = ofKind(all, "Subscription")
    .filter((subscription) => asList(subscription.scopes).includes(app))
    .flatMap((subscription) => findNamed(all, "KafkaTopic", asText(at(subscription, "spec", "topic"))) ?? []);
  return topics
    .filter((topic) => Number(at(topic, "spec", "partitions")) < largest(scaler))
    .map((topic) => `would run more consumers than ${named(topic)} has partitions`);
}

function checkTrigger(trigger: Json, app: string, all: readonly Manifest[]): string[] {
  if (at(trigger, "type") !== "kafka") return [];
  const metadata = at(trigger, "metadata");
  const [topic, group, user] = ["topic", "consumerGroup", "username"].map((name) => asText(at(metadata, name)));
  const authentication = findNamed(all, "TriggerAuthentication", asText(at(trigger, "authenticationRef", "name")));
  const faults: string[] = [];
  if (group !== app) faults.push(`measures the group ${group} of another app`);
  if (!findNamed(all, "KafkaUser", user ?? "")) faults.push(`there is no KafkaUser ${user}`);
  if (!authentication) faults.push("its authentication does not exist");
  const isRead = ofKind(all, "Subscription").some(
    (subscription) => at(subscription, "spec", "topic") === topic && asList(subscription.scopes).includes(app),
  );
  if (!isRead) faults.push(`measures ${topic}, which ${app} does not read`);
  return faults;
}
