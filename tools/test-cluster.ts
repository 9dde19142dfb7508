/**
 * `npm run test:cluster`: a real API server of Kubernetes judges every overlay of k8s/ and strimzi/ (unknown fields, Pod Security and every
 * warning are faults) and refuses what is broken on purpose; then `prod` lives on simulated nodes: rollouts, a drain, and what each
 * account may do. Builds what it needs on first use. `-- judge` and `-- simulate` do one part only.
 */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { tell } from "./bootstrap/fault.mjs";
import { Report } from "./compose/report.ts";
import type { Manifest } from "./kube/manifest.ts";
import { places, render } from "./kube/render.ts";
import { type ApiServer, startApiServer } from "./kube/server/api-server.ts";
import { allDefinitions, definedKinds } from "./kube/server/definitions.ts";
import { exercise } from "./kube/server/exercise.ts";
import { faults } from "./kube/server/faults.ts";
import { judge, prepare, unknownKinds } from "./kube/server/judge.ts";
import { createProcesses } from "./kube/server/processes.ts";
import { buildServer, fetchDefinitions } from "./kube/server/programs.ts";
import { startSimulation } from "./kube/server/simulation.ts";

const parts = process.argv.slice(2);
const wants = (part: string) => parts.length === 0 || parts.includes(part);
const report = new Report();
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

const missing = await missingPrograms();
if (missing.length > 0)
  report.leaveOut(`no API server judged the manifests: this machine has no ${missing.join(", no ")}`);
else
  await run().catch((error: unknown) => {
    report.failed++;
    tell(error);
  });
report.summary();

async function missingPrograms(): Promise<string[]> {
  const needed = { go: ["version"], kubectl: ["version", "--client"] };
  const found = await Promise.allSettled(Object.entries(needed).map(([name, args]) => promisify(execFile)(name, args)));
  return Object.keys(needed).filter((_, index) => found[index]?.status === "rejected");
}

async function run(): Promise<void> {
  const making = { tell: console.log, signal: stopping.signal };
  const programs = await buildServer(making);
  const definitions = allDefinitions(await fetchDefinitions(making));
  const overlays = new Map<string, Manifest[]>();
  for (const [place, folders] of Object.entries(places)) overlays.set(place, await render(...folders));
  const unknown = unknownKinds([...overlays.values()].flat(), definedKinds(definitions));
  for (const kind of unknown) report.leaveOut(`${kind}: its definition is not to be had`);
  const isKnown = ({ apiVersion, kind }: Manifest) => !unknown.includes(`${apiVersion} ${kind}`);
  const folder = mkdtempSync(join(tmpdir(), "tend-cluster-"));
  const processes = createProcesses(folder);
  try {
    const server = await startApiServer({ folder, programs, processes, signal: stopping.signal }, definitions);
    const prod = (overlays.get("prod") ?? []).filter(isKnown);
    if (wants("judge")) {
      for (const [place, all] of overlays) await judgePlace(server, place, all.filter(isKnown));
      for (const [what, change, expected] of faults)
        await report.check(`it refuses ${what}`, () => refuse(server, broken(prod, change), expected));
    }
    if (wants("simulate")) {
      await prepare(server, prod);
      await startSimulation(server);
      await exercise({ ...server, report, all: prod });
    }
  } finally {
    await processes.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judgePlace(server: ApiServer, place: string, all: Manifest[]): Promise<void> {
  await report.check(`the API server accepts ${place}`, async () => {
    await prepare(server, all);
    const said = await judge(server, all);
    if (said.length > 0) throw new Error(said.join("\n"));
    return `${all.length} objects`;
  });
}

/** Only what a change has changed: the rest is judged already. */
function broken(sound: Manifest[], change: (all: Manifest[]) => void): Manifest[] {
  const all = structuredClone(sound);
  change(all);
  return all.filter((object) => !sound.some((one) => isDeepStrictEqual(one, object)));
}

async function refuse(server: ApiServer, objects: Manifest[], expected: RegExp): Promise<void> {
  const said = (await judge(server, objects)).join("\n");
  if (!expected.test(said))
    throw new Error(said === "" ? "it was accepted" : `it was refused for another reason: ${said}`);
}
