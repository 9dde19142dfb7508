import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Json } from "../manifest.ts";

export type Answer = { ok: boolean; out: string; err: string };
export type Kubectl = {
  try(...args: string[]): Promise<Answer>;
  /** Throws with what kubectl said. */
  run(...args: string[]): Promise<string>;
  /** What `get … -o json` says. */
  get(...args: string[]): Promise<Json>;
};

const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** What a program has to know to reach that cluster, which is on this machine. */
export function accessBy(kubeconfig: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, KUBECONFIG: kubeconfig };
  for (const name of proxies) delete env[name];
  return env;
}

export function createKubectl(kubeconfig: string, signal: AbortSignal): Kubectl {
  const env = accessBy(kubeconfig);
  const ask = async (...args: string[]): Promise<Answer> => {
    const child = spawn("kubectl", args, { env, signal, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { ok: code === 0, out, err };
  };
  const run = async (...args: string[]) => {
    const { ok, out, err } = await ask(...args);
    if (!ok) throw new Error(`kubectl ${args.join(" ")}: ${err.trim()}`);
    return out;
  };
  return { try: ask, run, get: async (...args) => JSON.parse(await run("get", ...args, "-o", "json")) };
}
