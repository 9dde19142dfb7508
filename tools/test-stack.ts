/** `npm run test:stack`: Tend on real Dapr and real Kafka, one step after the other, with one summary. `-- journeys faults` runs the named steps only. */
import { buildDapr, canRunStack, fetchKafka } from "./stack/programs.ts";
import { browserOrWhy } from "./test/browser.ts";
import { runSteps } from "./test/run-steps.ts";
import { stackSteps } from "./test/stack-steps.ts";
import { summarise } from "./test/summary.ts";

const wanted = process.argv.slice(2);
const steps = stackSteps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const missing = await canRunStack();
if (missing.length > 0) {
  const names = steps.map(({ name }) => name).join(", ");
  const line = "!".repeat(80);
  const why = `this machine has no ${missing.join(", no ")}; the stack needs Go, Java and Maven`;
  console.log(`${line}\nLEFT OUT on the stack: ${names}; ${why}.\n${line}`);
  console.log("\n0 passed, 0 failed");
} else {
  // Once, before anything is timed.
  const making = { tell: console.log, signal: new AbortController().signal };
  await buildDapr(making);
  await fetchKafka(making);
  const env: NodeJS.ProcessEnv = { ...process.env, CI: process.env.CI ?? "1", NO_COLOR: "1" };
  if (steps.some((step) => step.needsBrowser)) env.TEST_BROWSER = await browserOrWhy();
  summarise(await runSteps(steps, env));
}
