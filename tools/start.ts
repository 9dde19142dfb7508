/** `npm start`. `-- --processes` runs every service in a process of its own. */
import { parseArgs } from "node:util";
import { tell } from "./bootstrap/fault.mjs";
import { run } from "./launcher/run.ts";

try {
  const { values } = parseArgs({
    // `--closed` is for `npm run drain`.
    options: { processes: { type: "boolean", default: false }, closed: { type: "boolean", default: false } },
  });
  await run(values.processes ? "processes" : "inside", { closed: values.closed });
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
