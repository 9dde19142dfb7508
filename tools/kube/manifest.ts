export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonRecord = { [name: string]: Json };

/** One object of a cluster, as it is applied. */
export type Manifest = JsonRecord & {
  apiVersion: string;
  kind: string;
  metadata: JsonRecord & { name: string };
};

/** Absent and of another type are alike: schemas say what must be there. */
export const asRecord = (value: Json | undefined): JsonRecord =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
export const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
export const asText = (value: Json | undefined): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** The value at a path of names and indexes. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let found: Json | undefined = value;
  for (const step of path) found = typeof step === "number" ? asList(found)[step] : asRecord(found)[step];
  return found;
}

export const named = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
export const ofKind = (all: readonly Manifest[], ...kinds: string[]): Manifest[] =>
  all.filter(({ kind }) => kinds.includes(kind));
export const findNamed = (all: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  all.find((one) => one.kind === kind && one.metadata.name === name);

/** The pod that a workload makes. */
export function podOf(object: Manifest): JsonRecord | undefined {
  const template =
    object.kind === "CronJob" ? at(object, "spec", "jobTemplate", "spec", "template") : at(object, "spec", "template");
  return ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"].includes(object.kind)
    ? asRecord(template)
    : undefined;
}

export const labelsOf = (holder: Json | undefined): JsonRecord => asRecord(at(holder, "metadata", "labels"));

/** Every string in it, with where it is. */
export function* strings(value: Json, path = ""): Generator<{ path: string; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* strings(item, `${path}[${index}]`);
  else if (value !== null && typeof value === "object")
    for (const [name, item] of Object.entries(value)) yield* strings(item, path ? `${path}.${name}` : name);
}
