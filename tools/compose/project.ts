import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { Docker } from "./docker.ts";

type Inspected = {
  Id: string;
  RestartCount: number;
  State: { Pid: number; Status: string; StartedAt: string; Health?: { Status: string } };
};
type ServiceConfig = { image: string; build?: { target: string; args: Record<string, string> }; restart?: string };
export type Config = { services: Record<string, ServiceConfig> };

const wellMs = 300_000;

/** The containers of one compose file, under a project name of their own. */
export class Project {
  readonly #docker: Docker;
  readonly #file: string;
  readonly #name: string;

  constructor(docker: Docker, { file, name, env }: { file: string; name: string; env: NodeJS.ProcessEnv }) {
    this.#docker = docker.with(env);
    this.#file = file;
    this.#name = name;
  }

  compose(...args: string[]): Promise<string> {
    return this.#docker.run("compose", "-f", this.#file, "-p", this.#name, ...args);
  }

  /** With its data. */
  async remove(): Promise<void> {
    await this.#docker.toCleanUp().run("compose", "-f", this.#file, "-p", this.#name, "down", "-v", "--remove-orphans");
  }

  /** As compose understands the file, everything filled in. */
  async config(...flags: string[]): Promise<Config> {
    return parse(await this.compose(...flags, "config"));
  }

  /** Services with a running container, in the order of the file. */
  async running(): Promise<string[]> {
    return (await this.compose("ps", "--services", "--status", "running")).split("\n").filter(Boolean).sort();
  }

  async inspect(service: string): Promise<Inspected> {
    const id = await this.compose("ps", "-a", "-q", service);
    const [found] = JSON.parse(await this.#docker.run("inspect", id)) as Inspected[];
    if (!found) throw new Error(`there is no container of ${service}`);
    return found;
  }

  /** What `docker kill` does, but so that the engine takes it for a crash: resolves when the engine has brought it back. */
  async crash(service: string): Promise<void> {
    const before = await this.inspect(service);
    process.kill(before.State.Pid, "SIGKILL");
    await this.#untilWell(service, (now) => now.RestartCount > before.RestartCount);
  }

  /** The engine takes this for a wish to stop, so that somebody has to start it again. */
  async kill(service: string): Promise<void> {
    await this.compose("kill", "-s", "SIGKILL", service);
  }

  async #untilWell(service: string, isBack: (now: Inspected) => boolean): Promise<void> {
    let last = "";
    for (const end = Date.now() + wellMs; Date.now() < end; await sleep(250)) {
      const now = await this.inspect(service);
      last = `${now.State.Status} ${now.State.Health?.Status ?? ""}`;
      if (isBack(now) && now.State.Status === "running" && now.State.Health?.Status === "healthy") return;
    }
    throw new Error(`${service} did not come back: it is ${last}`);
  }

  /** Its processes are this machine's own, so that they can be made to crash. */
  async isLocal(service: string): Promise<boolean> {
    const { Id, State } = await this.inspect(service);
    try {
      process.kill(State.Pid, 0);
      return readFileSync(`/proc/${State.Pid}/cgroup`, "utf8").includes(Id);
    } catch {
      return false;
    }
  }
}
