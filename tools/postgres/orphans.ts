import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTime } from "../bootstrap/process-identity.mjs";

/** Ends a server that an earlier launcher has left on this folder. Call it only while holding the lock on the data folder. */
export async function stopOrphans(folder: string): Promise<void> {
  const pid = Number(readPidFile(folder)[0]);
  if (!pid || startTime(pid) === undefined) return;
  if (!isServerOf(pid, folder)) {
    // The number was given to another program since; PostgreSQL would take that for a running server.
    await endAll(leftBehind(folder), "SIGQUIT");
    rmSync(join(folder, "postmaster.pid"), { force: true });
    return;
  }
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) if (await endAll([pid], signal)) return;
}

/** Lines of postmaster.pid: pid, data folder, start time (s), port, socket folder, address, shared memory key, status. */
export function readPidFile(folder: string): string[] {
  try {
    return readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

function isServerOf(pid: number, folder: string): boolean {
  try {
    // A server works inside its data folder.
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`) === folder;
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).includes(folder);
  } catch {
    return false;
  }
}

const leftBehind = (folder: string) =>
  process.platform === "linux"
    ? readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && isServerOf(pid, folder))
    : [];

async function endAll(pids: number[], signal: NodeJS.Signals): Promise<boolean> {
  for (const pid of pids) tryKill(pid, signal);
  for (let waited = 0; waited < 10_000; waited += 20) {
    if (pids.every((pid) => startTime(pid) === undefined)) return true;
    await sleep(20);
  }
  return false;
}

function tryKill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
