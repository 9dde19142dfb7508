import {
  asList,
  asRecord,
  asText,
  at,
  type Json,
  type JsonRecord,
  type Manifest,
  named,
  ofKind,
  podOf,
} from "../manifest.ts";
import { quantity } from "../quantity.ts";

/** What each container has to say for itself, beyond what the schemas ask. */
export function checkContainers(all: readonly Manifest[]): string[] {
  return all.flatMap((object) => {
    const pod = podOf(object);
    if (!pod) return [];
    const spec = asRecord(pod.spec);
    const containers = [...asList(spec.containers), ...asList(spec.initContainers)];
    const isServer = object.kind !== "Job" && object.kind !== "CronJob";
    return [
      ...checkPod(spec),
      ...containers.flatMap((container) =>
        [
          ...checkResources(at(container, "resources")),
          ...checkPrivileges(container, spec),
          ...checkImage(container),
          ...checkMounts(container, spec),
        ].map((fault) => `container ${asText(at(container, "name"))} ${fault}`),
      ),
      ...(isServer ? asList(spec.containers).flatMap(checkProbes) : []),
    ].map((fault) => `${named(object)}: ${fault}`);
  });
}

function checkPod(spec: JsonRecord): string[] {
  const faults: string[] = [];
  for (const field of ["hostNetwork", "hostPID", "hostIPC"]) if (spec[field]) faults.push(`has ${field}`);
  for (const volume of asList(spec.volumes)) {
    if (at(volume, "hostPath")) faults.push(`mounts a folder of the node (${asText(at(volume, "name"))})`);
    if (at(volume, "emptyDir") && !at(volume, "emptyDir", "sizeLimit"))
      faults.push(`volume ${asText(at(volume, "name"))} has no sizeLimit`);
  }
  if (at(spec, "securityContext", "runAsNonRoot") !== true) faults.push("may run as root");
  if (at(spec, "securityContext", "seccompProfile", "type") !== "RuntimeDefault") faults.push("has no seccomp profile");
  return faults;
}

/** Limits and requests of CPU and memory, the one not below the other. Used for operators' pods as well. */
export function checkResources(resources: Json | undefined): string[] {
  return ["cpu", "memory"].flatMap((name) => {
    const request = quantity(at(resources, "requests", name));
    const limit = quantity(at(resources, "limits", name));
    if (request === undefined) return [`requests no ${name}`];
    if (limit === undefined) return [`has no limit of ${name}`];
    return request > limit ? [`requests more ${name} than its limit`] : [];
  });
}

/** The part of Pod Security's `restricted` that a container says, and a root that it cannot write to. */
export function checkSecurityContext(context: Json | undefined): string[] {
  const faults: string[] = [];
  if (at(context, "readOnlyRootFilesystem") !== true) faults.push("can write to its root");
  if (at(context, "allowPrivilegeEscalation") !== false) faults.push("may gain privileges");
  if (at(context, "privileged")) faults.push("is privileged");
  if (asList(at(context, "capabilities", "drop"))[0] !== "ALL") faults.push("keeps capabilities");
  if (asList(at(context, "capabilities", "add")).length > 0) faults.push("adds capabilities");
  return faults;
}

function checkPrivileges(container: Json, spec: JsonRecord): string[] {
  const user = at(container, "securityContext", "runAsUser") ?? at(spec, "securityContext", "runAsUser");
  return [
    ...checkSecurityContext(at(container, "securityContext")),
    // An image's user by name cannot be told from root.
    ...(typeof user === "number" && user > 0 ? [] : ["has no number for its user"]),
  ];
}

function checkImage(container: Json): string[] {
  const [, tag] = asText(at(container, "image")).split(/:(?!.*\/)/);
  return !tag || tag === "latest" ? ["has an image without a version"] : [];
}

function checkMounts(container: Json, spec: JsonRecord): string[] {
  const volumes = new Set(asList(spec.volumes).map((volume) => asText(at(volume, "name"))));
  return asList(at(container, "volumeMounts"))
    .map((mount) => asText(at(mount, "name")))
    .flatMap((name) => (volumes.has(name) ? [] : [`mounts ${name}, which is no volume of the pod`]));
}

function checkProbes(container: Json): string[] {
  const ports = new Set(asList(at(container, "ports")).map((port) => asText(at(port, "name"))));
  return ["startupProbe", "livenessProbe", "readinessProbe"].flatMap((name) => {
    const probe = at(container, name);
    if (!probe) return [`container ${asText(at(container, "name"))} has no ${name}`];
    const port = asText(at(probe, "httpGet", "port"));
    return ports.has(port) ? [] : [`${name} asks port "${port}", which the container has not`];
  });
}

/** Images of ours are of one version, which the migrations say in their name. */
export function checkVersions(all: readonly Manifest[]): string[] {
  const images = all.flatMap((object) =>
    asList(at(podOf(object), "spec", "containers")).map((container) => ({
      object,
      image: asText(at(container, "image")),
    })),
  );
  const tags = new Set(
    images.filter(({ image }) => /(?:^|\/)tend\//.test(image)).map(({ image }) => image.split(/:(?!.*\/)/)[1]),
  );
  const faults = tags.size > 1 ? [`images of Tend have different versions: ${[...tags].join(", ")}`] : [];
  for (const job of ofKind(all, "Job"))
    if (![...tags].some((tag) => job.metadata.name === `migrate-${tag?.replaceAll(".", "-")}`))
      faults.push(
        `${named(job)}: its name does not say the version of its image, so that the next one could not be applied`,
      );
  return faults;
}
