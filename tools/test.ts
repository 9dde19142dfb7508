/** `npm test`: everything that must hold, one after the other, with one summary. `npm test -- unit journeys` runs the named steps only. */
import { startTestPostgres } from "./postgres/test-server.ts";
import { browserOrWhy } from "./test/browser.ts";
import { runSteps } from "./test/run-steps.ts";
import { databaseSteps, staticSteps } from "./test/steps.ts";
import { summarise } from "./test/summary.ts";

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

summarise(results);
