/** `npm run stack`: Tend on real Dapr sidecars and a real Kafka broker, on this machine's loopback. `-- --replicas 2` runs each app twice. */
import { parseArgs } from "node:util";
import { tell } from "./bootstrap/fault.mjs";
import { run } from "./launcher/run.ts";
import { wholeNumber } from "./launcher/whole-number.ts";

try {
  const { values } = parseArgs({
    // `--closed` is for `npm run drain`.
    options: { replicas: { type: "string", default: "1" }, closed: { type: "boolean", default: false } },
  });
  await run("stack", { replicas: wholeNumber("replicas", values.replicas), closed: values.closed });
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
