import { randomBytes } from "node:crypto";
import { Fault } from "../../bootstrap/fault.mjs";
import { asList, asRecord, at, type Json } from "../../kube/manifest.ts";
import { namespace } from "../places.ts";
import type { Shell } from "../shell.ts";

const usage =
  "Say `npm run cluster:events`, `npm run cluster:events -- show ID` or `npm run cluster:events -- retry [ID…]`.";

const kubectl = (...args: string[]) => ["-n", namespace, ...args];

/** Which there are, and whether one takes so many IDs. */
const commands = new Map<string, (ids: number) => boolean>([
  ["list", (ids) => ids === 0],
  ["show", (ids) => ids > 0],
  ["retry", () => true],
]);

const interruption = new Fault("Interrupted: the pod is taken away; what it has sent again stays sent.");

/** `npm run events` in a pod of the cluster, which goes when it has ended, or at Ctrl-C. */
export async function showEvents(shell: Shell, words: string[]): Promise<void> {
  const [command = "list", ...ids] = words;
  if (!commands.get(command)?.(ids.length)) throw new Fault(usage);
  const template = await shell.run("kubectl", kubectl("get", "cronjob/events", "-o", "json"), { quiet: true });
  const name = `events-${randomBytes(3).toString("hex")}`;
  const pod = `pod/${name}`;
  const { interrupted, forget } = onInterrupt();
  try {
    await shell.run("kubectl", ["create", "-f", "-"], {
      input: shell.isDry ? "" : JSON.stringify(podFrom(JSON.parse(template), name, [command, ...ids])),
    });
    await Promise.race([interrupted, untilEnded(shell, pod)]);
  } catch (error) {
    if (error !== interruption) await shell.run("kubectl", kubectl("events", "--for", pod), { mayFail: true });
    throw error;
  } finally {
    await shell.run("kubectl", kubectl("delete", pod, "--wait=false", "--ignore-not-found"));
    forget();
  }
}

async function untilEnded(shell: Shell, pod: string): Promise<void> {
  const ended = "{.status.containerStatuses[0].state.terminated.exitCode}";
  await shell.run("kubectl", kubectl("wait", pod, `--for=jsonpath=${ended}`, "--timeout=15m"), { quiet: true });
  await shell.run("kubectl", kubectl("logs", pod));
  const code = await shell.run("kubectl", kubectl("get", pod, "-o", `jsonpath=${ended}`), { quiet: true });
  if (code !== "0" && !shell.isDry) throw new Fault("It could not be done: the line above says why.");
}

/** Fails at the first signal; none ends the process before `forget`, since one Ctrl-C may come as several. */
function onInterrupt() {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  interrupted.catch(() => {});
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const stop = () => reject(interruption);
  for (const signal of signals) process.on(signal, stop);
  const forget = () => {
    for (const signal of signals) process.off(signal, stop);
  };
  return { interrupted, forget };
}

/** The pod that the CronJob would make, with other arguments. */
export function podFrom(cronJob: Json, name: string, args: string[]) {
  const template = at(cronJob, "spec", "jobTemplate", "spec", "template");
  const [container, ...others] = asList(at(template, "spec", "containers")).map(asRecord);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: asRecord(at(template, "metadata", "labels")) },
    spec: { ...asRecord(at(template, "spec")), containers: [{ ...container, args }, ...others] },
  };
}
