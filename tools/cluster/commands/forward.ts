import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../bootstrap/fault.mjs";
import type { Shell } from "../shell.ts";

export const localAddress = "http://localhost:8080";
const frontDoor = ["-n", "front-door"];

async function start(shell: Shell): Promise<ChildProcess | undefined> {
  const found = await shell.run(
    "kubectl",
    [...frontDoor, "get", "services", "-l", "app.kubernetes.io/instance=front-door", "-o", "name"],
    { quiet: true },
  );
  const service = found.split("\n")[0] || (shell.isDry ? "service/front-door" : "");
  if (!service) throw new Fault("There is no ingress controller in the namespace front-door: npm run cluster:setup");
  return shell.keep("kubectl", [...frontDoor, "port-forward", service, "8080:80"]);
}

/** The front door on this machine, until Ctrl-C. */
export async function forwardPort(shell: Shell): Promise<void> {
  const child = await start(shell);
  shell.say(`Tend answers at ${localAddress} until you press Ctrl-C.`);
  if (child) await once(child, "exit");
}

/** Does `work` with an address of Tend: the one that was given, else the front door, forwarded meanwhile. */
export async function withAddress(
  shell: Shell,
  url: string | undefined,
  work: (url: string) => Promise<void>,
): Promise<void> {
  if (url) return work(url.replace(/\/+$/, ""));
  const child = await start(shell);
  try {
    if (child) await answers(localAddress, child);
    await work(localAddress);
  } finally {
    child?.kill();
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Fault("The port could not be forwarded.");
    const response = await fetch(`${url}/health`).catch(() => undefined);
    await response?.body?.cancel();
    if (response) return;
    await sleep(200);
  }
}
