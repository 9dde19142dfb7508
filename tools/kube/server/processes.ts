import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Processes = {
  start(name: string, program: string, args: string[]): void;
  /** Throws with the last words of one that has ended by itself. */
  check(): void;
  /** The last begun ends first. */
  stop(): Promise<void>;
};

/** Long-running programs whose output goes to `<name>.log` in a folder. */
export function createProcesses(folder: string): Processes {
  const running: { name: string; child: ChildProcess }[] = [];
  const logOf = (name: string) => join(folder, `${name}.log`);
  return {
    start(name, program, args) {
      const log = openSync(logOf(name), "w");
      // kwok keeps what it makes in the home folder.
      const child = spawn(program, args, { stdio: ["ignore", log, log], env: { ...process.env, HOME: folder } });
      closeSync(log);
      running.unshift({ name, child });
    },
    check() {
      const ended = running.find(({ child }) => hasEnded(child));
      if (ended)
        throw new Error(`${ended.name} has ended:\n${readFileSync(logOf(ended.name), "utf8").trim().slice(-2_000)}`);
    },
    async stop() {
      for (const { child } of running.splice(0)) await end(child);
    },
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await exit;
  clearTimeout(timer);
}
