import type { Result } from "./run-steps.ts";

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`.padStart(8);

/** One line for each step, one for all of them, and the exit code. What failed or was nothing at all is no success. */
export function summarise(results: Result[]): void {
  console.log("");
  for (const { name, passed, failed, ms } of results) {
    console.log(
      `${failed > 0 ? "FAILED" : "ok    "} ${name.padEnd(16)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds(ms)}`,
    );
  }
  const sum = (key: "passed" | "failed") => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
}
