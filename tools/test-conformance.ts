/** `npm run test:conformance`: the cases that every sidecar must pass, against the embedded one and the real one; `-- --target embedded|dapr` for one of them. */
import { parseArgs } from "node:util";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { runConformance, targets } from "./conformance/run-conformance.ts";

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
try {
  const { values } = parseArgs({ options: { target: { type: "string" } } });
  const wanted = targets.filter((name) => values.target === undefined || values.target === name);
  if (wanted.length === 0) throw new Fault(`--target is ${targets.join(" or ")}, and not "${values.target}".`);
  process.exitCode = (await runConformance(wanted, stopped.signal)) ? 0 : 1;
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
