import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process started, as an opaque string, or undefined when there is none. A pid is given out again, a pid with its start time is not.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function startTime(pid) {
  try {
    if (process.platform !== "linux")
      return (
        execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim() ||
        undefined
      );
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything: count from the last bracket. A zombie (Z) has ended.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X"
      ? undefined
      : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** @param {{ pid: number, started: string | undefined }} identity */
export const isRunning = ({ pid, started }) => started !== undefined && startTime(pid) === started;

/** @param {number} pid */
export const identify = (pid) => ({ pid, started: startTime(pid) });
