import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Bytes of a process and all below it. On Linux what they share counts once (PSS), elsewhere with each. */
export function memoryOf(pid: number): number {
  const rows = execFileSync("ps", ["-axo", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [own = 0, parent = 0] of rows) if (family.has(parent)) family.add(own);
  }
  return rows.reduce(
    (sum, [own = 0, , rss = 0]) => (family.has(own) ? sum + (proportional(own) ?? rss * 1024) : sum),
    0,
  );
}

function proportional(pid: number): number | null {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return kilobytes ? Number(kilobytes) * 1024 : null;
  } catch {
    return null;
  }
}

/** Microseconds of processor time that a process has used; NaN where the system does not tell. It says what a request costs on a busy machine, too. */
export function processorTimeOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
}
