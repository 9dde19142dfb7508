/** `npm run test:conformance`: the cases that every sidecar must pass, against the embedded one and the real one; `-- --target embedded|dapr` for one of them. */
import { parseArgs } from "node:util";
import { tell } from "./bootstrap/fault.mjs";
import { runConformance, type TargetName, targets } from "./conformance/run-conformance.ts";

const { values } = parseArgs({ options: { target: { type: "string" } } });
const wanted = targets.filter((name) => values.target === undefined || values.target === name);
const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
try {
  if (wanted.length === 0) throw new Error(`--target is one of ${targets.join(", ")}`);
  process.exitCode = (await runConformance(wanted as TargetName[], stopped.signal)) ? 0 : 1;
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
