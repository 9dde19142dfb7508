import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { Fault } from "../bootstrap/fault.mjs";
import { root } from "../bootstrap/folders.mjs";
import { buildKustomize } from "../stack/programs.ts";
import { asList, asRecord, type Json, type Manifest } from "./manifest.ts";

/** What is applied for one place, in this order. */
export const places: Record<string, string[]> = {
  dev: ["strimzi/overlays/dev", "k8s/overlays/dev"],
  prod: ["strimzi/overlays/prod", "k8s/overlays/prod"],
  "prod-restored": ["strimzi/overlays/prod", "k8s/overlays/prod-restored"],
  "prod-managed": ["strimzi/overlays/prod", "k8s/overlays/prod-managed"],
};

const run = promisify(execFile);
let program: Promise<string[]> | undefined;

/** kustomize, else kubectl, which has it inside, else built once with Go. */
async function findKustomize(): Promise<string[]> {
  const works = async (command: string, ...args: string[]) =>
    run(command, args).then(
      () => true,
      () => false,
    );
  if (await works("kustomize", "version")) return ["kustomize", "build"];
  if (await works("kubectl", "version", "--client")) return ["kubectl", "kustomize"];
  return [await buildKustomize({ tell: console.error, signal: AbortSignal.timeout(600_000) }), "build"];
}

function findOnce(): Promise<string[]> {
  program ??= findKustomize();
  return program;
}

export async function canRender(): Promise<boolean> {
  program ??= findKustomize();
  return program.then(
    () => true,
    (error) => {
      if (!(error instanceof Fault)) throw error;
      program = undefined;
      return false;
    },
  );
}

/** Every object of these folders (from the root of the clone), parsed as kubectl does. */
export async function render(...folders: string[]): Promise<Manifest[]> {
  const [command = "", ...args] = await findOnce();
  const texts = await Promise.all(
    folders.map(
      async (folder) => (await run(command, [...args, join(root, folder)], { maxBuffer: 64 * 1024 * 1024 })).stdout,
    ),
  );
  return texts.flatMap(parseManifests);
}

export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text, { version: "1.1" }).flatMap((document) => {
    const fault = document.errors[0];
    if (fault) throw fault;
    const value = document.toJS() as Json;
    const objects = asRecord(value).kind === "List" ? asList(asRecord(value).items) : [value];
    return objects.filter((object) => object !== null) as Manifest[];
  });
}
