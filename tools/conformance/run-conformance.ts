import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { cacheFolder } from "../bootstrap/folders.mjs";
import { startTestPostgres } from "../postgres/test-server.ts";
import { missingForStack } from "../stack/programs.ts";
import { vitestCounts } from "../test/counts.ts";
import { type Result, runSteps } from "../test/run-steps.ts";
import { startRealStack } from "./real-stack.ts";

export const targets = ["embedded", "dapr"] as const;
export type TargetName = (typeof targets)[number];

/** Whether every case passed on every target that could be run, and as many on each. */
export async function runConformance(wanted: TargetName[], signal: AbortSignal): Promise<boolean> {
  const missing = wanted.includes("dapr") ? await missingForStack() : [];
  const possible = wanted.filter((name) => name === "embedded" || missing.length === 0);
  const results: Result[] = [];
  const postgres = await startTestPostgres();
  try {
    for (const target of possible) results.push(await runOn(target, postgres.url, signal));
  } finally {
    await postgres.stop();
  }
  return summarise(results, missing);
}

async function runOn(target: TargetName, databaseUrl: string, signal: AbortSignal): Promise<Result> {
  const real = target === "dapr" ? await startRealStack(signal) : null;
  try {
    const stack = real ? { CONFORMANCE_STACK: JSON.stringify(real.stack) } : {};
    const env = { ...process.env, CI: "1", NO_COLOR: "1", TEST_DATABASE_URL: databaseUrl, ...stack };
    const folder = join(cacheFolder, "reports", String(process.pid));
    mkdirSync(folder, { recursive: true });
    const report = join(folder, `conformance-${target}.json`);
    const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile.json=${report}`];
    const command = [
      "vitest",
      "run",
      "--project=embedded-dapr",
      "packages/embedded-dapr/test/conformance",
      ...reporters,
    ];
    const step = { name: `conformance of ${target}`, command, counts: () => vitestCounts(report) };
    const [result] = await Promise.race([runSteps([step], env), whenAborted(signal)]);
    return result!;
  } finally {
    await real?.stop();
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Fault("Stopped."))));
}

function summarise(results: Result[], missing: string[]): boolean {
  console.log("");
  for (const { name, passed, failed, ms } of results)
    console.log(`${name.padEnd(24)} ${passed} passed, ${failed} failed, ${Math.round(ms / 1_000)} s`);
  if (missing.length > 0)
    console.error(
      `\nLEFT OUT: the cases were NOT run against real Dapr and Kafka, because this machine has no ${missing.join(", no ")} (or newer).`,
    );
  const sum = (key: "passed" | "failed") => results.reduce((total, result) => total + result[key], 0);
  const isEven = new Set(results.map(({ passed, failed }) => passed + failed)).size <= 1;
  if (!isEven) console.error("\nThe targets did not run the same number of cases.");
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return isEven && results.length > 0 && sum("failed") === 0 && sum("passed") > 0;
}
