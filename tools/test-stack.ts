/** `npm run test:stack`: Tend on real Dapr and real Kafka, one step after the other, with one summary. `-- journeys faults` runs the named steps only. */
import { tell } from "./bootstrap/fault.mjs";
import { buildDapr, fetchKafka, missingForStack } from "./stack/programs.ts";
import { browserOrWhy } from "./test/browser.ts";
import { runSteps } from "./test/run-steps.ts";
import { stackSteps } from "./test/stack-steps.ts";
import { summarise } from "./test/summary.ts";

const wanted = process.argv.slice(2);
const steps = stackSteps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const missing = await missingForStack();
if (missing.length > 0) {
  const names = steps.map(({ name }) => name).join(", ");
  const line = "!".repeat(80);
  console.log(
    `${line}\nLEFT OUT on the stack: ${names}; this machine has no ${missing.join(", no ")} (or newer).\n${line}`,
  );
  console.log("\n0 passed, 0 failed");
} else if (await isMade()) {
  const env: NodeJS.ProcessEnv = { ...process.env, CI: process.env.CI ?? "1", NO_COLOR: "1" };
  if (steps.some((step) => step.needsBrowser)) env.TEST_BROWSER = await browserOrWhy();
  summarise(await runSteps(steps, env));
} else summarise([{ name: "sidecar, broker", passed: 0, failed: 1, ms: performance.now() }]);

/** Once, before anything is timed. */
async function isMade(): Promise<boolean> {
  const making = { tell: console.log, signal: new AbortController().signal };
  try {
    await buildDapr(making);
    await fetchKafka(making);
    return true;
  } catch (error) {
    tell(error);
    return false;
  }
}
