/** `npm test`: everything that must hold, one after the other, with one summary. `npm test -- unit journeys` runs the named steps only. */
import { startTestPostgres } from "./postgres/test-server.ts";
import { findBrowser } from "./test/browser.ts";
import { runSteps } from "./test/run-steps.ts";
import { databaseSteps, staticSteps } from "./test/steps.ts";

const wanted = process.argv.slice(2);
const isWanted = ({ name }: { name: string }) => wanted.length === 0 || wanted.includes(name);
const steps = { quick: staticSteps.filter(isWanted), slow: databaseSteps.filter(isWanted) };

const env: NodeJS.ProcessEnv = { ...process.env, CI: process.env.CI ?? "1", NO_COLOR: "1" };
const results = await runSteps(steps.quick, env);
if (steps.slow.length > 0) {
  if (steps.slow.some((step) => step.needsBrowser)) env.TEST_BROWSER = await browserOrWhy();
  const postgres = await startTestPostgres();
  try {
    results.push(...(await runSteps(steps.slow, { ...env, TEST_DATABASE_URL: postgres.url })));
  } finally {
    await postgres.stop();
  }
}

/** Without a browser the journeys are run all the same, and fail. */
async function browserOrWhy(): Promise<string> {
  try {
    return await findBrowser();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return "";
  }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`.padStart(8);
console.log("");
for (const { name, passed, failed, ms } of results) {
  console.log(
    `${failed > 0 ? "FAILED" : "ok    "} ${name.padEnd(16)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds(ms)}`,
  );
}
const sum = (key: "passed" | "failed") => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
