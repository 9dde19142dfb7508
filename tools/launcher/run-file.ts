import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isRunning } from "../bootstrap/process-identity.mjs";

export type Identity = { pid: number; started: string | undefined };
/** What runs on a data folder: read by the next start (to end what was left) and by tests. */
export type Run = {
  launcher: Identity;
  address: string;
  mode: string;
  /** Superuser's address of the database. */
  databaseUrl: string;
  /** By name: `postgres`, `sidecar`, an app id. Absent when it runs inside the launcher. */
  processes: Record<string, Identity & { port?: number }>;
};

/** DATA_DIR/run.json, rewritten whenever a process comes or goes. */
export class RunFile {
  readonly #file: string;
  readonly #run: Run;

  constructor(folder: string, run: Omit<Run, "launcher" | "processes">) {
    this.#file = fileIn(folder);
    this.#run = { launcher: identify(process.pid), ...run, processes: {} };
    this.#write();
  }

  static read(folder: string): Run | undefined {
    try {
      return JSON.parse(readFileSync(fileIn(folder), "utf8"));
    } catch {
      return undefined;
    }
  }

  set(values: Partial<Pick<Run, "address" | "databaseUrl">>): void {
    Object.assign(this.#run, values);
    this.#write();
  }

  add(name: string, pid: number, port?: number): void {
    this.#run.processes[name] = { ...identify(pid), ...(port ? { port } : {}) };
    this.#write();
  }

  /** It has ended, and nobody wants it back. */
  forget(name: string): void {
    delete this.#run.processes[name];
    this.#write();
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #write() {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#run, null, 2), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

const fileIn = (folder: string) => join(folder, "run.json");

/** Ends what an earlier launcher has left; PostgreSQL is ended by its own start. A number given to another program since is left alone. */
export async function endLeftovers(folder: string): Promise<void> {
  const processes = Object.entries(RunFile.read(folder)?.processes ?? {}).filter(([name]) => name !== "postgres");
  const left = processes.map(([, identity]) => identity).filter(isRunning);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const running = left.filter(isRunning);
    for (const { pid } of running) process.kill(pid, signal);
    for (let waited = 0; waited < 3_000 && running.some(isRunning); waited += 20) await sleep(20);
  }
}
