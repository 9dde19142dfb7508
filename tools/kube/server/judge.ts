import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { asRecord, type JsonRecord, type Manifest, ofKind, podOf } from "../manifest.ts";
import type { ApiServer } from "./api-server.ts";

const ofKubernetes =
  /^(?:v1$|apps\/|batch\/|policy\/|autoscaling\/|networking\.k8s\.io\/|rbac\.authorization\.k8s\.io\/)/;

/** Kinds that an API server with these definitions (as `group/kind`) does not know. */
export const unknownKinds = (all: readonly Manifest[], defined: ReadonlySet<string>): string[] => [
  ...new Set(
    all
      .filter(({ apiVersion }) => !ofKubernetes.test(apiVersion))
      .filter(({ apiVersion, kind }) => !defined.has(`${apiVersion.split("/")[0]}/${kind}`))
      .map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
  ),
];

/** What has to be there before a dry run of the rest: namespaces with their Pod Security, and accounts. */
export async function prepare({ kubectl, folder }: ApiServer, all: readonly Manifest[]): Promise<void> {
  const namespaces = ofKind(all, "Namespace");
  // A controller would make it, and none runs yet.
  const byController = namespaces.map(({ metadata }) =>
    manifest("ServiceAccount", { name: "default", namespace: metadata.name }),
  );
  for (const items of [namespaces, [...byController, ...ofKind(all, "ServiceAccount")]])
    await kubectl.run("apply", "--server-side", "--validate=strict", "-f", writeList(folder, "prepared", items));
}

/**
 * What the API server says against these objects, line by line: unknown fields, rules of their definitions, and every warning. A
 * Deployment gets no more than a warning of Pod Security, and its pods none at all: they are tried as such.
 */
export async function judge({ kubectl, folder }: ApiServer, all: readonly Manifest[]): Promise<string[]> {
  const said: string[] = [];
  for (const items of [all, all.flatMap(podsOf)]) {
    if (items.length === 0) continue;
    const file = writeList(folder, "judged", items);
    const { ok, err } = await kubectl.try(
      ...["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", file],
    );
    const lines = err.split("\n").filter((line) => line.trim() !== "");
    said.push(...(ok || lines.length > 0 ? lines : ["refused without a word"]));
  }
  return said;
}

function podsOf(object: Manifest): Manifest[] {
  const template = podOf(object);
  if (!template) return [];
  const name = `of-${object.kind.toLowerCase()}-${object.metadata.name}`;
  const namespace = object.metadata.namespace ?? "default";
  return [
    {
      ...manifest("Pod", { ...asRecord(template.metadata), name, namespace }),
      spec: template.spec ?? null,
    } as Manifest,
  ];
}

const manifest = (kind: string, metadata: JsonRecord & { name: string }): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata,
});

export function writeList(folder: string, name: string, items: readonly Manifest[]): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  return file;
}
