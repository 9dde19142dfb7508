import { secretNames } from "../../cluster/secrets.ts";
import type { Report } from "../../compose/report.ts";
import { appIds } from "../../launcher/apps.ts";
import { asList, asText, at, findNamed, type Manifest } from "../manifest.ts";
import { type ApiServer, until } from "./api-server.ts";
import { writeList } from "./judge.ts";
import { checkSecrets } from "./rotation.ts";

const namespace = "todo-app";
const inTend = ["-n", namespace];
type Answer = { ok: boolean; err: string };
export type Lab = ApiServer & { report: Report; all: readonly Manifest[] };

/** What an operator does with a cluster, against the real API server, controllers and scheduler. */
export async function exercise(lab: Lab): Promise<void> {
  const { kubectl, folder, report, all } = lab;
  await report.check("everything is applied for real", async () => {
    const file = writeList(folder, "applied", all);
    const said = await kubectl.run("apply", "--server-side", "--validate=strict", "-f", file);
    return `${said.trim().split("\n").length} objects`;
  });
  await checkRollouts(lab);
  await checkDrain(lab);
  await checkSecrets(lab);
  await checkRights(lab);
}

const rollout = ({ kubectl }: Lab, appId: string, timeout = "120s") =>
  kubectl.try(...inTend, "rollout", "status", `deployment/${appId}`, `--timeout=${timeout}`);

function must({ ok, err }: Answer): void {
  if (!ok) throw new Error(err.trim());
}
function mustFail({ ok, err }: Answer, why: RegExp): void {
  if (ok) throw new Error("it was allowed");
  if (!why.test(err)) throw new Error(`it failed for another reason: ${err.trim()}`);
}

async function checkRollouts(lab: Lab): Promise<void> {
  const { kubectl, report } = lab;
  for (const appId of appIds) await report.check(`${appId} is rolled out`, async () => must(await rollout(lab, appId)));
  const image = async () => asText(at(await kubectl.get(...inTend, "deployment", "audit-service"), ...imagePath));
  await report.check("another version is rolled out, and taken back", async () => {
    const before = await image();
    await kubectl.run(...inTend, "set", "image", "deployment/audit-service", "app=tend/services:next");
    must(await rollout(lab, "audit-service"));
    await kubectl.run(...inTend, "rollout", "undo", "deployment/audit-service");
    must(await rollout(lab, "audit-service"));
    if ((await image()) !== before) throw new Error(`the image is ${await image()}, not ${before}`);
  });
  await report.check("a version whose pods Pod Security refuses is not, and the old pods stay", async () => {
    const change = [{ op: "add", path: "/spec/template/spec/hostNetwork", value: true }];
    await patch(lab, "deployment/audit-service", "json", change);
    mustFail(await rollout(lab, "audit-service", "10s"), /timed out/);
    const live = await kubectl.get(...inTend, "deployment", "audit-service");
    if (Number(at(live, "status", "availableReplicas") ?? 0) < 1) throw new Error("no pod is left");
    await kubectl.run(...inTend, "rollout", "undo", "deployment/audit-service");
    must(await rollout(lab, "audit-service"));
  });
}
const imagePath = ["spec", "template", "spec", "containers", 0, "image"];

const patch = ({ kubectl }: Lab, object: string, type: string, change: unknown) =>
  kubectl.run(...inTend, "patch", object, `--type=${type}`, "-p", JSON.stringify(change));

const backends = async ({ kubectl }: Lab) =>
  asList(at(await kubectl.get(...inTend, "pods", "-l", "app.kubernetes.io/name=todo-backend"), "items"));
const nodesOf = async (lab: Lab) => new Set((await backends(lab)).map((pod) => asText(at(pod, "spec", "nodeName"))));

async function checkDrain(lab: Lab): Promise<void> {
  const { kubectl, report, processes } = lab;
  const drain = (timeout: string) =>
    kubectl.try("drain", "node-1", "--ignore-daemonsets", "--delete-emptydir-data", "--force", `--timeout=${timeout}`);
  await report.check("the autoscaler brings the backend to its least, spread over three zones", async () => {
    await until(processes, 120_000, async () => (await backends(lab)).length >= 3 && (await nodesOf(lab)).size === 3);
    must(await rollout(lab, "todo-backend"));
  });
  await report.check("a budget that allows nothing holds up a drain", async () => {
    await patch(lab, "poddisruptionbudget/todo-backend", "merge", { spec: { maxUnavailable: 0 } });
    await until(processes, 30_000, async () => (await allowed(lab)) === 0);
    mustFail(await drain("10s"), /disruption budget|timeout|timed out/);
    if (!(await nodesOf(lab)).has("node-1")) throw new Error("the pod is gone");
    await patch(lab, "poddisruptionbudget/todo-backend", "merge", { spec: { maxUnavailable: 1 } });
    await until(processes, 30_000, async () => (await allowed(lab)) === 1);
  });
  await report.check("a node is drained within the budgets, and every app is whole on the others", async () => {
    must(await drain("180s"));
    for (const appId of appIds) must(await rollout(lab, appId));
    if ((await nodesOf(lab)).has("node-1")) throw new Error("a backend is still on it");
    await kubectl.run("uncordon", "node-1");
  });
}

const allowed = async ({ kubectl }: Lab) =>
  Number(at(await kubectl.get(...inTend, "poddisruptionbudget", "todo-backend"), "status", "disruptionsAllowed") ?? 0);

/** Each account reads the secrets that its Role names, and can do nothing else. */
async function checkRights(lab: Lab): Promise<void> {
  const { kubectl, report } = lab;
  for (const account of [...appIds, "migrate"])
    await report.check(`${account} reads the secrets of its role, and does nothing else`, () =>
      askRights(lab, account),
    );
  await report.check("a right too many is seen", async () => {
    const binding = ["--clusterrole=edit", `--serviceaccount=${namespace}:audit-service`];
    await kubectl.run(...inTend, "create", "rolebinding", "too-much", ...binding);
    const said = await askRights(lab, "audit-service").catch(String);
    await kubectl.run(...inTend, "delete", "rolebinding", "too-much");
    if (!said.includes("it can")) throw new Error(`it was not: ${said}`);
  });
}

const forbidden = [
  ["list", "secrets"],
  ["create", "pods"],
  ["create", "pods/exec"],
  ["delete", "deployments"],
  ["get", "nodes"],
] as const;

/** Throws on the first difference between what an account may do and what it should; else says how many secrets it reads. */
async function askRights({ kubectl, all }: Lab, account: string): Promise<string> {
  const role = findNamed(all, "Role", `${account}-secrets`);
  const own = new Set(asList(at(role, "rules", 0, "resourceNames")).map(asText));
  const names = new Set([...secretNames.map(({ name }) => name), ...own]);
  const as = `--as=system:serviceaccount:${namespace}:${account}`;
  const can = async (...words: string[]) =>
    (await kubectl.try(...inTend, "auth", "can-i", ...words, as)).out.trim() === "yes";
  for (const name of names)
    if ((await can("get", `secret/${name}`)) !== own.has(name))
      throw new Error(`${own.has(name) ? "it cannot read" : "it can read"} ${name}`);
  for (const [verb, what] of forbidden) if (await can(verb, what)) throw new Error(`it can ${verb} ${what}`);
  return `${own.size} of ${names.size} secrets`;
}
