/** `npm run stack`: Tend on real Dapr sidecars and a real Kafka broker, on this machine's loopback. `-- --replicas 2` runs each service twice. */
import { parseArgs } from "node:util";
import { run } from "./launcher/run.ts";

const { values } = parseArgs({
  // `--closed` is for `npm run drain`.
  options: { replicas: { type: "string", default: "1" }, closed: { type: "boolean", default: false } },
});
await run("stack", { replicas: Number(values.replicas), closed: values.closed });
