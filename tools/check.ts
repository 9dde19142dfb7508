/** `npm run check`: what needs no database, in seconds. */
import { runSteps } from "./test/run-steps.ts";
import { pureTests, staticSteps } from "./test/steps.ts";

const results = await runSteps([...staticSteps, pureTests], { ...process.env, NO_COLOR: "1" });
const failed = results.filter((result) => result.failed > 0).map(({ name }) => name);
console.log(failed.length > 0 ? `\nFailed: ${failed.join(", ")}` : "\nAll well.");
process.exitCode = failed.length > 0 ? 1 : 0;
