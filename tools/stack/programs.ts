import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Fault } from "../bootstrap/fault.mjs";
import { cacheFolder, root } from "../bootstrap/folders.mjs";
import { withLock } from "../bootstrap/lock.mjs";

type Making = { tell: (line: string) => void; signal: AbortSignal };
/** Paths of the programs, of the version named in tools/daprd/go.mod. */
export type DaprPrograms = { daprd: string; sentry: string };

/** Builds Dapr's sidecar and certificate authority on first use, into the cache. */
export async function buildDapr(making: Making): Promise<DaprPrograms> {
  const sources = join(root, "tools/daprd");
  const files = ["main.go", "go.mod", "go.sum", "build"].map((name) => join(sources, name));
  const folder = await once({ ...making, name: "dapr", files }, async (target) => {
    await need("go", ["version"], /go1\.(?:2[6-9]|[3-9]\d)/, "Go 1.26 or newer, to build Dapr's sidecar");
    await run(join(sources, "build"), [target], "building Dapr's sidecar (about 3 minutes, once)", making);
  });
  return { daprd: join(folder, "daprd"), sentry: join(folder, "sentry") };
}

/** Fetches the jars of the Kafka broker on first use, into the cache; the folder that holds them. */
export const fetchKafka = (making: Making): Promise<string> =>
  fetchJars("kafka", join(import.meta.dirname, "kafka/pom.xml"), making);

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
    await need("java", ["-version"], /version "(?:1[7-9]|[2-9]\d)/, `Java 17 or newer, to run ${name}`);
    await need("mvn", ["-v"], /Maven 3|Maven 4/, `Maven, to fetch ${name}`);
    const args = ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${target}`];
    await run("mvn", args, `fetching ${name} (50 to 130 MB, once)`, making);
  });
}

/** True where `npm run stack` can make what it needs, or has it. */
export async function canRunStack(): Promise<string[]> {
  const missing: string[] = [];
  for (const [program, flag] of [
    ["go", "version"],
    ["java", "-version"],
    ["mvn", "-v"],
  ] as const)
    await promisify(execFile)(program, [flag]).catch(() => missing.push(program));
  return missing;
}

type Once = Making & { name: string; files: string[] };

/** A folder named after what it is made from; whole or not there. */
async function once({ name, files, signal, tell }: Once, make: (target: string) => Promise<void>): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  const folder = join(cacheFolder, `${name}-${hash.digest("hex").slice(0, 16)}`);
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

async function need(program: string, args: string[], wanted: RegExp, what: string): Promise<void> {
  const output = await promisify(execFile)(program, args).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => "",
  );
  if (!wanted.test(output))
    throw new Fault(`This needs ${what}: install it, then start again. (\`npm start\` needs none of it.)`);
}

/** Says what it does, and every 10 s that it still does; shows the program's words only when it fails. */
async function run(program: string, args: string[], what: string, { tell, signal }: Making): Promise<void> {
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
