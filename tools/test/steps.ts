import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, root } from "../bootstrap/folders.mjs";
import { playwrightCounts, vitestCounts } from "./counts.ts";

export type Counts = { passed: number; failed: number };
export type Step = {
  name: string;
  command: string[];
  needsBrowser?: boolean;
  env?: NodeJS.ProcessEnv;
  /** How many tests the step ran, from the report it wrote; without it the step counts as one. */
  counts?: () => Counts;
};

const reports = join(cacheFolder, "reports", String(process.pid));
mkdirSync(reports, { recursive: true });
const report = (name: string) => join(reports, `${name}.json`);

export const vitest = (name: string, ...args: string[]): Step => ({
  name,
  command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report(name)}`, ...args],
  counts: () => vitestCounts(report(name)),
});

/** Turbo remembers, outside the clone, which workspaces are unchanged since they passed. */
export const staticSteps: Step[] = [
  {
    name: "types",
    command: ["turbo", "run", "typecheck", "--output-logs=errors-only", `--cache-dir=${join(cacheFolder, "turbo")}`],
  },
  { name: "types of tools", command: ["tsc", "--noEmit", "-p", join(root, "tools")] },
  { name: "lint", command: ["biome", "ci", "--colors=off", "."] },
  { name: "dead code", command: ["knip", "--no-progress"] },
  { name: "boundaries", command: ["node", "tools/test/boundaries.ts"] },
];

/** Of those that need neither a database nor a port taken for long. */
export const pureTests = vitest(
  "pure",
  ...["@tend/recurrence", "tools"].map((project) => `--project=${project}`),
  ...["packages/recurrence", "tools/bootstrap", "tools/launcher/test/settings", "tools/launcher/test/front-door"],
);

export const journeys: Step = {
  name: "journeys",
  command: ["playwright", "test", "--reporter=list,json"],
  needsBrowser: true,
  env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report("journeys") },
  counts: () => playwrightCounts(report("journeys")),
};

export const databaseSteps: Step[] = [
  vitest("tests"),
  journeys,
  { name: "faults", command: ["node", "tools/faults/run.ts", "--seconds", "30"] },
];
