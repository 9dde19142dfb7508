import { secretNames } from "../../cluster/secrets.ts";
import { asList, asRecord, asText, at, type Json, type Manifest, named, ofKind, podOf, strings } from "../manifest.ts";

type Known = Map<string, readonly string[]>;

/** Every Secret there will be, with its keys: made by `npm run cluster:setup`, by hand, or by an operator. */
export function knownSecrets(all: readonly Manifest[]): Known {
  return new Map<string, readonly string[]>([
    ...secretNames.map(({ name, keys }) => [name, keys] as const),
    ...ofKind(all, "KafkaUser").map(({ metadata }) => [metadata.name, ["password"]] as const),
    ...ofKind(all, "Kafka").map(({ metadata }) => [`${metadata.name}-cluster-ca-cert`, ["ca.crt"]] as const),
    ...ofKind(all, "Cluster").map(({ metadata }) => [`${metadata.name}-ca`, ["ca.crt"]] as const),
  ]);
}

/** The Secrets that these manifests name. */
export const namedSecrets = (all: readonly Manifest[]): Set<string> =>
  new Set(all.flatMap(referencesOf).map(({ name }) => name));

type Reference = { name: string; key?: string };

/** Every secret and key that is named exists, and every setting that is read. */
export function checkSecrets(all: readonly Manifest[]): string[] {
  const known = knownSecrets(all);
  return all.flatMap((object) => {
    const faults = referencesOf(object).flatMap(({ name, key }) => {
      const keys = known.get(name);
      if (!keys) return [`names the secret ${name}, which nobody makes`];
      return key !== undefined && !keys.includes(key)
        ? [`reads ${key} of the secret ${name}, which has ${keys.join(", ")}`]
        : [];
    });
    return [...faults, ...checkSettings(object, all)].map((fault) => `${named(object)}: ${fault}`);
  });
}

function referencesOf(object: Manifest): Reference[] {
  const pod = podOf(object);
  if (pod) return [...ofContainers(pod), ...ofVolumes(pod), ...ofAnnotations(pod)];
  switch (object.kind) {
    case "Component":
      return asList(at(object, "spec", "metadata")).flatMap((field) => reference(at(field, "secretKeyRef")));
    case "Configuration":
      return asList(at(object, "spec", "secrets", "scopes"))
        .flatMap((scope) => asList(at(scope, "allowedSecrets")))
        .map((name) => ({ name: asText(name) }));
    case "Role":
      return asList(object.rules)
        .filter((rule) => asList(at(rule, "resources")).includes("secrets"))
        .flatMap((rule) => asList(at(rule, "resourceNames")))
        .map((name) => ({ name: asText(name) }));
    case "TriggerAuthentication":
      return asList(at(object, "spec", "secretTargetRef")).flatMap(reference);
    case "ObjectStore":
      return Object.values(asRecord(at(object, "spec", "configuration", "s3Credentials"))).flatMap(reference);
    case "Cluster":
      return [
        ...["initdb", "recovery"].flatMap((way) => reference(at(object, "spec", "bootstrap", way, "secret"))),
        ...asList(at(object, "spec", "managed", "roles")).flatMap((role) => reference(at(role, "passwordSecret"))),
      ];
    case "Ingress":
      return asList(at(object, "spec", "tls")).map((tls) => ({ name: asText(at(tls, "secretName")), key: "tls.crt" }));
    case "Gateway":
      return asList(at(object, "spec", "listeners"))
        .flatMap((listener) => asList(at(listener, "tls", "certificateRefs")))
        .map((one) => ({ name: asText(at(one, "name")), key: "tls.crt" }));
    default:
      return [];
  }
}

function reference(given: Json | undefined): Reference[] {
  const name = asText(at(given, "name"));
  const key = at(given, "key");
  return name ? [{ name, ...(key === undefined ? {} : { key: asText(key) }) }] : [];
}

const containersOf = (pod: Json) => [
  ...asList(at(pod, "spec", "containers")),
  ...asList(at(pod, "spec", "initContainers")),
];

const ofContainers = (pod: Json) =>
  containersOf(pod)
    .flatMap((container) => asList(at(container, "env")))
    .flatMap((variable) => reference(at(variable, "valueFrom", "secretKeyRef")));

const ofVolumes = (pod: Json) =>
  asList(at(pod, "spec", "volumes")).flatMap((volume) => {
    const name = asText(at(volume, "secret", "secretName"));
    const items = asList(at(volume, "secret", "items")).map((item) => ({ name, key: asText(at(item, "key")) }));
    const projected = asList(at(volume, "projected", "sources")).flatMap((source) => reference(at(source, "secret")));
    return [...(name ? [{ name }, ...items] : []), ...projected];
  });

/** Those that Dapr's injector gives the sidecar. */
function ofAnnotations(pod: Json): Reference[] {
  const annotations = asRecord(at(pod, "metadata", "annotations"));
  const tokens = ["dapr.io/api-token-secret", "dapr.io/app-token-secret"].flatMap((annotation) =>
    annotations[annotation] === undefined ? [] : [{ name: asText(annotations[annotation]), key: "token" }],
  );
  const variables = asText(annotations["dapr.io/env-from-secret"])
    .split(",")
    .filter(Boolean)
    .map((one) => /=([^:]+):(.+)$/.exec(one.trim()))
    .map((match) => ({ name: match?.[1] ?? "", key: match?.[2] ?? "" }));
  return [...tokens, ...variables];
}

function checkSettings(object: Manifest, all: readonly Manifest[]): string[] {
  const settings = new Map(ofKind(all, "ConfigMap").map(({ metadata, data }) => [metadata.name, asRecord(data)]));
  const containers = containersOf(podOf(object) ?? null);
  const whole = containers
    .flatMap((container) => asList(at(container, "envFrom")))
    .map((source) => asText(at(source, "configMapRef", "name")));
  const single = containers
    .flatMap((container) => asList(at(container, "env")))
    .map((variable) => at(variable, "valueFrom", "configMapKeyRef"))
    .filter((one) => one !== undefined);
  return [
    ...whole.filter((name) => !settings.has(name)).map((name) => `reads the ConfigMap ${name}, which there is not`),
    ...single
      .filter((one) => settings.get(asText(at(one, "name")))?.[asText(at(one, "key"))] === undefined)
      .map((one) => `reads ${asText(at(one, "key"))} of the ConfigMap ${asText(at(one, "name"))}, which there is not`),
  ];
}

/** Nothing that looks like a secret stands in a manifest, and none of the kind. */
export function checkNoSecretsInside(all: readonly Manifest[]): string[] {
  const secrets = ofKind(all, "Secret").map((object) => `${named(object)}: a Secret stands in the manifests`);
  const addresses = all.flatMap((object) =>
    [...strings(object)]
      .filter(({ text }) => /:\/\/[^/\s:@]+:[^/\s@]+@/.test(text))
      .map(({ path }) => `${named(object)}: a password stands in ${path}`),
  );
  return [...secrets, ...addresses];
}
