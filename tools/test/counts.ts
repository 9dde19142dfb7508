import { readFileSync } from "node:fs";
import type { Counts } from "./steps.ts";

type VitestReport = { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number };
type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number }; errors: unknown[] };

const read = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

/** A file that could not even be loaded counts as one failure. */
export function vitestCounts(file: string): Counts {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = read<VitestReport>(file);
  return { passed: numPassedTests, failed: numFailedTests || numFailedTestSuites };
}

/** A journey that passed only when tried again has failed. */
export function playwrightCounts(file: string): Counts {
  const { stats, errors } = read<PlaywrightReport>(file);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}
