import { topics } from "@tend/contracts";
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
import { checkResources, checkSecurityContext } from "./containers.ts";

/** Brokers, topics and accounts: what the services need, as safe as the number of brokers allows, and no more. */
export function checkKafka(all: readonly Manifest[]): string[] {
  if (ofKind(all, "Kafka").length === 0) return [];
  return [
    ...checkTopics(all),
    ...ofKind(all, "KafkaUser").flatMap((user) => checkUser(user, all).map((fault) => `${named(user)}: ${fault}`)),
    ...ofKind(all, "Kafka").flatMap((kafka) => checkCluster(kafka, all).map((fault) => `${named(kafka)}: ${fault}`)),
    ...ofKind(all, "KafkaNodePool").flatMap((pool) => checkPool(pool).map((fault) => `${named(pool)}: ${fault}`)),
    ...ofKind(all, "KafkaTopic", "KafkaUser", "KafkaNodePool")
      .filter((object) => !findNamed(all, "Kafka", asText(at(object, "metadata", "labels", "strimzi.io/cluster"))))
      .map((object) => `${named(object)}: belongs to no Kafka cluster`),
    ...checkBrokers(all),
  ];
}

const nodes = (all: readonly Manifest[], role: string) =>
  ofKind(all, "KafkaNodePool")
    .filter((pool) => asList(at(pool, "spec", "roles")).includes(role))
    .reduce((sum, pool) => sum + Number(at(pool, "spec", "replicas")), 0);

function checkTopics(all: readonly Manifest[]): string[] {
  const wanted = topics.flatMap((topic) => [topic, `${topic}-dead-letters`]);
  const brokers = nodes(all, "broker");
  return [
    ...wanted.filter((name) => !findNamed(all, "KafkaTopic", name)).map((name) => `there is no KafkaTopic ${name}`),
    ...ofKind(all, "KafkaTopic").flatMap((topic) => {
      const replicas = Number(at(topic, "spec", "replicas"));
      const inSync = Number(at(topic, "spec", "config", "min.insync.replicas"));
      const faults = wanted.includes(topic.metadata.name) ? [] : ["nobody publishes it"];
      if (replicas > brokers) faults.push(`wants ${replicas} copies on ${brokers} brokers`);
      if (brokers >= 3 && (replicas !== 3 || inSync !== 2))
        faults.push("a lost broker would lose events, or stop them");
      if (!(Number(at(topic, "spec", "config", "retention.ms")) > 0))
        faults.push("does not say how long it keeps events");
      return faults.map((fault) => `${named(topic)}: ${fault}`);
    }),
  ];
}

/** Of one app: the topics it reads, its group, and where its dead letters go; of the backend, the topics it publishes. */
function rightsOf(appId: string, all: readonly Manifest[]): string[] {
  const read = ofKind(all, "Subscription").filter(({ scopes }) => asList(scopes).includes(appId));
  const written =
    appId === "todo-backend" ? [...topics] : read.map((one) => asText(at(one, "spec", "deadLetterTopic")));
  return [
    ...read.map((one) => `topic ${asText(at(one, "spec", "topic"))} Describe,Read`),
    ...written.map((topic) => `topic ${topic} Describe,Write`),
    ...(read.length > 0 ? [`group ${appId} Describe,Read`] : []),
  ].sort();
}

/** Of people who look after dead letters: each is read where it is, and written where it came from. */
const rightsOfResending = topics
  .flatMap((topic) => [`topic ${topic}-dead-letters Describe,Read`, `topic ${topic} Describe,Write`])
  .sort();

function checkUser(user: Manifest, all: readonly Manifest[]): string[] {
  const rules = asList(at(user, "spec", "authorization", "acls"));
  const faults = at(user, "spec", "authentication", "type") === "scram-sha-512" ? [] : ["does not sign in by SCRAM"];
  const given = rules.map((rule) => {
    const operations = asList(at(rule, "operations")).map(asText).sort().join(",");
    return `${asText(at(rule, "resource", "type"))} ${asText(at(rule, "resource", "name"))} ${operations}`;
  });
  if (rules.some((rule) => at(rule, "resource", "patternType") !== "literal")) faults.push("has rights by prefix");
  const { name } = user.metadata;
  const isApp = findNamed(all, "Deployment", name) !== undefined;
  const isForResending = findNamed(all, "CronJob", name) !== undefined;
  if (!isApp && !isForResending)
    return given.every((right) => right.endsWith(" Describe"))
      ? faults
      : [...faults, "is no app and may do more than look"];
  const wanted = isApp ? rightsOf(name, all) : rightsOfResending;
  return [
    ...faults,
    ...wanted.filter((right) => !given.includes(right)).map((right) => `lacks the right: ${right}`),
    ...given.filter((right) => !wanted.includes(right)).map((right) => `has a right it does not need: ${right}`),
  ];
}

function checkCluster(kafka: Manifest, all: readonly Manifest[]): string[] {
  const config = at(kafka, "spec", "kafka", "config");
  const faults = at(config, "auto.create.topics.enable") === false ? [] : ["makes topics that nobody defined"];
  if (at(kafka, "spec", "kafka", "authorization", "type") !== "simple") faults.push("denies nothing");
  for (const listener of asList(at(kafka, "spec", "kafka", "listeners")))
    if (at(listener, "tls") !== true || at(listener, "authentication", "type") !== "scram-sha-512")
      faults.push(`listener ${asText(at(listener, "name"))} is open`);
  const factors = Object.entries(asRecord(config)).filter(([name]) => name.endsWith("replication.factor"));
  for (const [name, value] of factors)
    if (Number(value) > nodes(all, "broker")) faults.push(`${name} is more than there are brokers`);
  if (nodes(all, "controller") % 2 === 0) faults.push("has an even number of controllers");
  for (const part of [
    "entityOperator.topicOperator",
    "entityOperator.userOperator",
    "kafkaExporter",
    "cruiseControl",
  ]) {
    const found = at(kafka, "spec", ...part.split("."));
    if (found !== undefined) faults.push(...checkResources(at(found, "resources")).map((fault) => `${part} ${fault}`));
  }
  return [
    ...faults,
    ...["entityOperator", "kafkaExporter", "cruiseControl"].flatMap((part) =>
      checkTemplate(part, at(kafka, "spec", part)),
    ),
  ];
}

function checkPool(pool: Manifest): string[] {
  const spec = at(pool, "spec");
  const volumes = asList(at(spec, "storage", "volumes"));
  return [
    ...checkResources(at(spec, "resources")),
    ...checkTemplate("pods", spec),
    ...(volumes.some((volume) => at(volume, "deleteClaim") !== false) ? ["removing it would remove the events"] : []),
  ];
}

/** The pods of an operator are made from templates, which say what Pod Security asks. */
function checkTemplate(part: string, holder: Json | undefined): string[] {
  if (holder === undefined) return [];
  const template = asRecord(at(holder, "template"));
  const context = at(template, "pod", "securityContext");
  const containers = Object.keys(template).filter((name) => /container$/i.test(name));
  return [
    ...(at(context, "runAsNonRoot") === true && at(context, "seccompProfile", "type") === "RuntimeDefault"
      ? []
      : ["may run as root"]),
    ...(containers.length > 0 ? [] : ["says nothing of its containers"]),
    ...containers.flatMap((name) =>
      checkSecurityContext(at(template[name], "securityContext")).map((fault) => `${name} ${fault}`),
    ),
  ].map((fault) => `${part}: ${fault}`);
}

/** Sidecars and autoscalers know the brokers by the name and port that the operator gives them, and are let in. */
function checkBrokers(all: readonly Manifest[]): string[] {
  const ports = ofKind(all, "Kafka").flatMap((kafka) =>
    asList(at(kafka, "spec", "kafka", "listeners")).map(
      (listener) => `${kafka.metadata.name}-kafka-bootstrap:${asText(at(listener, "port"))}`,
    ),
  );
  const components = ofKind(all, "Component")
    .filter((component) => at(component, "spec", "type") === "pubsub.kafka")
    .flatMap((component) =>
      asList(at(component, "spec", "metadata")).filter((field) => at(field, "name") === "brokers"),
    )
    .map((field) => asText(at(field, "value")));
  const scalers = ofKind(all, "ScaledObject")
    .flatMap((scaler) => asList(at(scaler, "spec", "triggers")))
    .map((trigger) => asText(at(trigger, "metadata", "bootstrapServers")).replace(/\.todo-app\.svc(?=:)/, ""))
    .filter(Boolean);
  const clients = all.filter((one) => variablesOf(one).has("KAFKA_BROKERS"));
  const consumers = [
    ...ofKind(all, "Deployment").filter((one) =>
      asText(at(podOf(one), "metadata", "annotations", "dapr.io/env-from-secret")),
    ),
    ...clients,
  ];
  const peers = ofKind(all, "Kafka").flatMap((kafka) =>
    asList(at(kafka, "spec", "kafka", "listeners")).flatMap((listener) => asList(at(listener, "networkPolicyPeers"))),
  );
  const wanted = peers.flatMap((peer) => Object.entries(asRecord(at(peer, "podSelector", "matchLabels"))));
  return [
    ...[...components, ...scalers, ...clients.map((one) => variablesOf(one).get("KAFKA_BROKERS") ?? "")]
      .filter((address) => !ports.includes(address))
      .map((address) => `there are no brokers at ${address}`),
    ...consumers
      .filter((one) => !wanted.some(([name, value]) => at(podOf(one), "metadata", "labels", name) === value))
      .map((one) => `${named(one)}: the brokers do not let it in`),
    ...clients.flatMap((one) => checkAccount(one, all).map((fault) => `${named(one)}: ${fault}`)),
  ];
}

/** What the containers of a workload are told, where it stands in the manifest. */
const variablesOf = (object: Manifest) =>
  new Map(
    asList(at(podOf(object), "spec", "containers"))
      .flatMap((container) => asList(at(container, "env")))
      .map((variable) => [asText(at(variable, "name")), asText(at(variable, "value"))]),
  );

/** Who signs in without a sidecar says an account that there is, with its own password, and mounts what vouches for the brokers. */
function checkAccount(client: Manifest, all: readonly Manifest[]): string[] {
  const variables = variablesOf(client);
  const user = variables.get("KAFKA_USER") ?? "";
  const container = at(podOf(client), "spec", "containers", 0);
  const password = asList(at(container, "env")).find((variable) => at(variable, "name") === "KAFKA_PASSWORD");
  const folders = asList(at(container, "volumeMounts")).map((mount) => `${asText(at(mount, "mountPath"))}/ca.crt`);
  return [
    ...(findNamed(all, "KafkaUser", user) ? [] : [`there is no KafkaUser "${user}"`]),
    ...(at(password, "valueFrom", "secretKeyRef", "name") === user
      ? []
      : [`has another password than that of ${user}`]),
    ...(folders.includes(variables.get("KAFKA_CA") ?? "") ? [] : ["KAFKA_CA is no file that is mounted"]),
  ];
}
