import {
  asList,
  asRecord,
  asText,
  at,
  type Json,
  type JsonRecord,
  labelsOf,
  type Manifest,
  named,
  ofKind,
  podOf,
} from "../manifest.ts";

type Pod = { labels: JsonRecord; ports: JsonRecord[]; of: string };

/** Pods that operators make, by the labels that they promise. */
function podsOfOperators(all: readonly Manifest[]): Pod[] {
  const kafka = ofKind(all, "Kafka").map(({ metadata }) => ({ "strimzi.io/cluster": metadata.name }));
  const postgres = ofKind(all, "Cluster").map(({ metadata }) => ({ "cnpg.io/cluster": metadata.name }));
  return [...kafka, ...postgres].map((labels) => ({ labels, ports: [], of: "an operator" }));
}

function podsOf(all: readonly Manifest[]): Pod[] {
  const own = all.flatMap((object) => {
    const pod = podOf(object);
    const ports = asList(at(pod, "spec", "containers")).flatMap((container) =>
      asList(at(container, "ports")).map(asRecord),
    );
    return pod ? [{ labels: labelsOf(pod), ports, of: named(object) }] : [];
  });
  return [...own, ...podsOfOperators(all)];
}

function selects(selector: Json | undefined, labels: JsonRecord): boolean {
  const exact = Object.entries(asRecord(at(selector, "matchLabels"))).every(([name, value]) => labels[name] === value);
  const others = asList(at(selector, "matchExpressions")).every((expression) => {
    const value = labels[asText(at(expression, "key"))];
    const isIn = value !== undefined && asList(at(expression, "values")).includes(value);
    return { In: isIn, NotIn: !isIn, Exists: value !== undefined, DoesNotExist: value === undefined }[
      asText(at(expression, "operator"))
    ];
  });
  return exact && others;
}

/** Every selector finds what it is for. */
export function checkSelectors(all: readonly Manifest[]): string[] {
  const pods = podsOf(all);
  return [
    ...ofKind(all, "Deployment", "StatefulSet").flatMap((object) =>
      selects(at(object, "spec", "selector"), labelsOf(podOf(object)))
        ? []
        : [`${named(object)}: its selector does not find its own pods`],
    ),
    ...ofKind(all, "Service").flatMap((service) => checkService(service, pods)),
    ...ofKind(all, "PodDisruptionBudget").flatMap((budget) => checkBudget(budget, pods)),
    ...ofKind(all, "NetworkPolicy").flatMap((policy) => checkPolicy(policy, pods)),
    ...checkDenial(all),
  ];
}

function checkService(service: Manifest, pods: Pod[]): string[] {
  const found = pods.filter(({ labels }) => selects({ matchLabels: at(service, "spec", "selector") ?? null }, labels));
  if (found.length !== 1) return [`${named(service)}: selects the pods of ${found.length} workloads`];
  return asList(at(service, "spec", "ports")).flatMap((port) => {
    const target = at(port, "targetPort") ?? at(port, "port") ?? null;
    const isThere = found[0]?.ports.some(({ name, containerPort }) => name === target || containerPort === target);
    return isThere ? [] : [`${named(service)}: its pods have no port ${asText(target)}`];
  });
}

function checkBudget(budget: Manifest, pods: Pod[]): string[] {
  const fields = ["minAvailable", "maxUnavailable"].filter((name) => at(budget, "spec", name) !== undefined);
  const found = pods.filter(({ labels }) => selects(at(budget, "spec", "selector"), labels));
  return [
    ...(fields.length === 1
      ? []
      : [`${named(budget)}: needs one of minAvailable and maxUnavailable, and has ${fields.length}`]),
    ...(found.length === 1 ? [] : [`${named(budget)}: selects the pods of ${found.length} workloads`]),
  ];
}

function checkPolicy(policy: Manifest, pods: Pod[]): string[] {
  const isOurs = (selector: Json | undefined) => pods.some(({ labels }) => selects(selector, labels));
  const guarded = pods.filter(({ labels }) => selects(at(policy, "spec", "podSelector"), labels));
  const faults = guarded.length > 0 ? [] : ["selects no pods"];
  for (const direction of ["ingress", "egress"] as const)
    for (const rule of asList(at(policy, "spec", direction))) {
      const peers = asList(at(rule, direction === "ingress" ? "from" : "to"));
      const unknown = peers.filter(
        (peer) => !at(peer, "namespaceSelector") && !at(peer, "ipBlock") && !isOurs(at(peer, "podSelector")),
      );
      if (unknown.length > 0) faults.push(`${direction} names pods that there are not`);
      if (direction === "ingress") faults.push(...checkPorts(rule, guarded));
    }
  return faults.map((fault) => `${named(policy)}: ${fault}`);
}

// Of the sidecar, which is injected.
const sidecarPorts = new Set([9090, 50002]);

function checkPorts(rule: Json, guarded: Pod[]): string[] {
  const known = guarded.filter(({ ports }) => ports.length > 0);
  return asList(at(rule, "ports"))
    .map((port) => at(port, "port"))
    .filter((port) => known.length > 0 && !sidecarPorts.has(Number(port)))
    .filter(
      (wanted) =>
        !known.some(({ ports }) =>
          ports.some(({ name, containerPort }) => name === wanted || containerPort === wanted),
        ),
    )
    .map((port) => `lets in to port ${asText(port)}, which no pod has`);
}

function checkDenial(all: readonly Manifest[]): string[] {
  if (ofKind(all, "Deployment").length === 0) return [];
  const isDenial = (policy: Manifest) =>
    Object.keys(asRecord(at(policy, "spec", "podSelector"))).length === 0 &&
    asList(at(policy, "spec", "policyTypes")).length === 2 &&
    at(policy, "spec", "ingress") === undefined &&
    at(policy, "spec", "egress") === undefined;
  return ofKind(all, "NetworkPolicy").some(isDenial) ? [] : ["no network policy denies what the others do not allow"];
}
