import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Fault } from "../bootstrap/fault.mjs";
import { cacheFolder, root } from "../bootstrap/folders.mjs";
import { withLock } from "../bootstrap/lock.mjs";

export type Making = { tell: (line: string) => void; signal: AbortSignal };
/** Paths of the programs, of the version named in tools/daprd/go.mod. */
export type DaprPrograms = { daprd: string; sentry: string };

type Made = { name: string; files: string[] };
/** How to ask a program for its version, and what it has to say. */
type Asked = [program: string, args: string[], wanted: RegExp];

const daprSources = join(root, "tools/daprd");
const dapr: Made = {
  name: "dapr",
  files: ["main.go", "go.mod", "go.sum", "build"].map((name) => join(daprSources, name)),
};
const kafkaPom = join(import.meta.dirname, "kafka/pom.xml");
const kafka: Made = { name: "kafka", files: [kafkaPom] };
const go: Asked = ["go", ["version"], /go1\.(?:2[6-9]|[3-9]\d)/];
const java: Asked = ["java", ["-version"], /version "(?:1[7-9]|[2-9]\d)/];
const maven: Asked = ["mvn", ["-v"], /Maven 3|Maven 4/];

/** Builds Dapr's sidecar and certificate authority on first use, into the cache. */
export async function buildDapr(making: Making): Promise<DaprPrograms> {
  const folder = await once({ ...making, ...dapr }, async (target) => {
    await need(...go, "Go 1.26 or newer, to build Dapr's sidecar");
    await run(join(daprSources, "build"), [target], "building Dapr's sidecar (about 3 minutes, once)", making);
  });
  return { daprd: join(folder, "daprd"), sentry: join(folder, "sentry") };
}

/** Fetches the jars of the Kafka broker on first use, into the cache; the folder that holds them. */
export const fetchKafka = (making: Making): Promise<string> => fetchJars(kafka.name, kafkaPom, making);

/** What has to be installed before Dapr's sidecar can run here, by name and least version; nothing once it is built. */
export const missingForDapr = async (): Promise<string[]> => (isMade(dapr) || (await says(...go)) ? [] : ["Go 1.26"]);

/** What has to be installed before `npm run stack` can run here. Java runs the broker; the rest only makes what is not in the cache yet. */
export async function missingForStack(): Promise<string[]> {
  const missing = await missingForDapr();
  if (!(await says(...java))) missing.push("Java 17");
  if (!isMade(kafka) && !(await says(...maven))) missing.push("Maven 3");
  return missing;
}

/** Builds kustomize on first use, into the cache; the path of the program. */
export async function buildKustomize(making: Making): Promise<string> {
  const mod = join(root, "tools/kube/kustomize/go.mod");
  const folder = await once({ ...making, name: "kustomize", files: [mod] }, async (target) => {
    await need("go", ["version"], /go1\.(?:2[4-9]|[3-9]\d)/, "kustomize, kubectl, or Go 1.24 or newer");
    const args = ["-C", dirname(mod), "build", "-o", join(target, "kustomize"), "sigs.k8s.io/kustomize/kustomize/v5"];
    await run("go", args, "building kustomize (about a minute, once)", making);
  });
  return join(folder, "kustomize");
}

/** The jars named in a pom, in a folder of the cache. */
export function fetchJars(name: string, pom: string, making: Making): Promise<string> {
  return once({ ...making, name, files: [pom] }, async (target) => {
    await need(...java, `Java 17 or newer, to run ${name}`);
    await need(...maven, `Maven, to fetch ${name}`);
    const args = ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${target}`];
    await run("mvn", args, `fetching ${name} (50 to 130 MB, once)`, making);
  });
}

const isMade = (made: Made) => existsSync(folderOf(made));

function folderOf({ name, files }: Made): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return join(cacheFolder, `${name}-${hash.digest("hex").slice(0, 16)}`);
}

type Once = Making & Made;

/** A folder named after what it is made from; whole or not there. */
export async function once(
  { name, files, signal, tell }: Once,
  make: (target: string) => Promise<void>,
): Promise<string> {
  const folder = folderOf({ name, files });
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const onWait = () => tell(`Waiting for another process that makes ${name} …`);
  return withLock({ folder: `${folder}.lock`, signal, onWait }, async () => {
    if (existsSync(folder)) return folder;
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    await make(unfinished);
    renameSync(unfinished, folder);
    return folder;
  });
}

export async function need(program: string, args: string[], wanted: RegExp, what: string): Promise<void> {
  if (!(await says(program, args, wanted)))
    throw new Fault(`This needs ${what}: install it, then start again. (\`npm start\` needs none of it.)`);
}

async function says(program: string, args: string[], wanted: RegExp): Promise<boolean> {
  const output = await promisify(execFile)(program, args).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => "",
  );
  return wanted.test(output);
}

/** Says what it does, and every 10 s that it still does; shows the program's words only when it fails. */
export async function run(program: string, args: string[], what: string, { tell, signal }: Making): Promise<void> {
  const began = performance.now();
  const seconds = () => `${Math.round((performance.now() - began) / 1_000)} s`;
  tell(`First use: ${what} …`);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => (said = (said + chunk).slice(-8_000)));
  const ended = new Promise<number | null>((resolve, reject) => child.once("exit", resolve).once("error", reject));
  const progress = new AbortController();
  void (async () => {
    for (;;) {
      await sleep(10_000, undefined, { signal: progress.signal });
      tell(`  … ${what}: ${seconds()}`);
    }
  })().catch(() => {});
  const code = await ended.finally(() => progress.abort());
  if (code !== 0) throw new Fault(`${what}: failed. Its last words:\n${said.trim()}`);
  tell(`  done in ${seconds()}.`);
}
