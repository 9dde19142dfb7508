import { podFrom } from "../../cluster/commands/events.ts";
import { rotate } from "../../cluster/commands/rotate.ts";
import { makeSecrets, makeValues } from "../../cluster/make-secrets.ts";
import { namespace, placeNamed } from "../../cluster/places.ts";
import { createShell, type Shell } from "../../cluster/shell.ts";
import { asList, asText, at } from "../manifest.ts";
import { until } from "./api-server.ts";
import type { Lab } from "./exercise.ts";
import { accessBy, type Kubectl } from "./kubectl.ts";

const inTend = ["-n", namespace];
const token = "dapr-app-token-audit-service";
const prod = placeNamed("prod");

/** What `npm run cluster:…` does about secrets, and who begins anew then. */
export async function checkSecrets(lab: Lab): Promise<void> {
  const { kubectl, kubeconfig, report } = lab;
  const shell = createShell({ isDry: false, say: () => {}, env: accessBy(kubeconfig) });
  const make = () =>
    makeSecrets(shell, makeValues(prod, { databaseUrl: undefined, smtpUrl: undefined, sendgridKey: undefined }));
  await report.check("a secret that is lost is made again, and no other is touched", async () => {
    await make();
    const before = await secretsNow(kubectl);
    await kubectl.run(...inTend, "delete", "secret", token);
    await make();
    return mustChange(before, await secretsNow(kubectl), [token]);
  });
  await report.check("a token is rotated: it is new, and so is every pod of its app, and nothing else", () =>
    rotateToken(lab, shell),
  );
  await report.check("the signing secret is rotated: another one signs, the former is believed", async () => {
    const before = await signingSecret(kubectl);
    await rotate(shell, prod, "jwt-secret");
    const [signs, ...others] = (await signingSecret(kubectl)).split(" ");
    if (signs === before || others.join() !== before) throw new Error("the order is another");
  });
  await report.check("a role's password is rotated: the job runs once more, and nothing else is applied", async () => {
    const [jobs, deployments] = [await idsOf(kubectl, "jobs"), await idsOf(kubectl, "deployments")];
    await rotate(shell, prod, "postgres-credentials-audit-service");
    mustChange(deployments, await idsOf(kubectl, "deployments"), []);
    return mustChange(jobs, await idsOf(kubectl, "jobs"), [...jobs.keys()]);
  });
  await report.check("the pod of cluster:events is made", async () => {
    const pod = podFrom(await kubectl.get(...inTend, "cronjob", "events"), "events-test", ["list"]);
    await shell.run("kubectl", ["create", "-f", "-"], { input: JSON.stringify(pod) });
    await kubectl.run(...inTend, "delete", "pod", "events-test", "--now");
  });
}

async function rotateToken({ kubectl, processes }: Lab, shell: Shell): Promise<void> {
  const podsOf = (appId: string) => idsOf(kubectl, "pods", "-l", `app.kubernetes.io/name=${appId}`);
  const [secrets, audit, backend] = [
    await secretsNow(kubectl),
    await podsOf("audit-service"),
    await podsOf("todo-backend"),
  ];
  await rotate(shell, prod, token);
  mustChange(secrets, await secretsNow(kubectl), [token]);
  // The last one may still be on its way out.
  await until(processes, 60_000, async () => {
    const now = await podsOf("audit-service");
    return now.size > 0 && ![...audit.keys()].some((name) => now.has(name));
  });
  mustChange(backend, await podsOf("todo-backend"), []);
}

/** By name: what is another one when it was made again. */
const idsOf = (kubectl: Kubectl, ...what: string[]) => readBy(kubectl, what, "metadata", "uid");
/** By name: id and values. */
async function secretsNow(kubectl: Kubectl): Promise<Map<string, string>> {
  const [ids, values] = [await idsOf(kubectl, "secrets"), await readBy(kubectl, ["secrets"], "data")];
  return new Map([...ids].map(([name, id]) => [name, `${id} ${values.get(name)}`]));
}

async function readBy(kubectl: Kubectl, what: string[], ...path: string[]): Promise<Map<string, string>> {
  const items = asList(at(await kubectl.get(...inTend, ...what), "items"));
  return new Map(items.map((one) => [asText(at(one, "metadata", "name")), JSON.stringify(at(one, ...path))]));
}

function mustChange(before: Map<string, string>, now: Map<string, string>, wanted: string[]): string {
  const found = [...now].filter(([name, version]) => before.get(name) !== version).map(([name]) => name);
  if (found.join() !== wanted.join()) throw new Error(`changed: ${found.join(", ")}; wanted: ${wanted.join(", ")}`);
  return `${found.length} of ${now.size}`;
}

async function signingSecret(kubectl: Kubectl): Promise<string> {
  const encoded = at(await kubectl.get(...inTend, "secret", "jwt-secret"), "data", "jwt-secret");
  return Buffer.from(asText(encoded), "base64").toString();
}
