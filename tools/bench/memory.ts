import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

type Process = { pid: number; rss: number };

/** A process and all below it. */
function familyOf(pid: number): Process[] {
  const rows = execFileSync("ps", ["-axo", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [own = 0, parent = 0] of rows) if (family.has(parent)) family.add(own);
  }
  return rows.flatMap(([own = 0, , rss = 0]) => (family.has(own) ? [{ pid: own, rss: rss * 1024 }] : []));
}

/** Bytes of a process and all below it. On Linux what they share counts once (PSS), elsewhere with each. */
export const memoryOf = (pid: number) =>
  familyOf(pid).reduce((sum, { pid: own, rss }) => sum + (proportional(own) ?? rss), 0);

function proportional(pid: number): number | null {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return kilobytes ? Number(kilobytes) * 1024 : null;
  } catch {
    return null;
  }
}

/** Microseconds of processor time that a process, those below it and those of them that have ended have used. */
export function processorTimeOfAll(pid: number): number {
  return familyOf(pid).reduce((sum, { pid: own }) => sum + (ticksOf(own, [11, 12, 13, 14]) || 0), 0);
}

/** Microseconds of processor time that a process has used; NaN where the system does not tell. It says what a request costs on a busy machine, too. */
export const processorTimeOf = (pid: number) => ticksOf(pid, [11, 12]);

function ticksOf(pid: number, columns: number[]): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return columns.reduce((sum, column) => sum + Number(fields[column]) * 10_000, 0);
  } catch {
    return Number.NaN;
  }
}
