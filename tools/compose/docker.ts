import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../bootstrap/folders.mjs";

const execute = promisify(execFile);

/** The docker command, with where its engine is. */
export type Docker = {
  /** The same engine; commands see these settings too. */
  with(env: NodeJS.ProcessEnv): Docker;
  /** The same engine, also for what is done after everything was told to stop. */
  toCleanUp(): Docker;
  /** Resolves to what it printed; its last words are in the error. */
  run(...args: string[]): Promise<string>;
  /** Stops the engine if it was started for this. */
  leave(): Promise<void>;
};

/** An engine that runs here, else one made by tools/docker-here, else a sentence that says why there is none. */
export async function findDocker(tell: (line: string) => void, signal: AbortSignal): Promise<Docker | string> {
  if (spawnSync("docker", ["info"], { stdio: "ignore", timeout: 120_000 }).status === 0)
    return use(process.env, async () => {}, signal);
  if (process.platform !== "linux" || process.arch !== "x64" || process.getuid?.() !== 0)
    return "no Docker engine answers, and one can be made only on Linux (x64) as root";
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0)
    return "no Docker engine answers, and one can be made only on Debian";
  tell("No Docker engine answers: making one (tools/docker-here; about 3 minutes the first time).");
  const here = join(root, "tools/docker-here");
  const { stdout } = await execute(here, ["up"], { maxBuffer: 1e8 });
  const settings = [...stdout.matchAll(/(DOCKER_\w+)=(\S+)/g)].map(
    ([, name = "", value = ""]) => [name, value] as const,
  );
  return use(
    { ...process.env, ...Object.fromEntries(settings) },
    async () => void (await execute(here, ["down"])),
    signal,
  );
}

function use(env: NodeJS.ProcessEnv, leave: () => Promise<void>, signal?: AbortSignal): Docker {
  return {
    with: (more) => use({ ...env, ...more }, leave, signal),
    toCleanUp: () => use(env, leave),
    leave,
    async run(...args) {
      try {
        return (
          await execute("docker", args, { cwd: root, env, maxBuffer: 1e8, ...(signal ? { signal } : {}) })
        ).stdout.trim();
      } catch (error) {
        const { stderr = "" } = error as { stderr?: string };
        throw new Error(`docker ${args.slice(0, 4).join(" ")} …: ${stderr.trim().slice(-3_000)}`, { cause: error });
      }
    },
  };
}
