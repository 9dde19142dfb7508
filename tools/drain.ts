/**
 * `npm run drain`: before Tend moves to another engine. Starts the engine that ran last behind a closed front door, until everything that it
 * had accepted is consumed, and stops it. `-- --leave-dead-letters`: dead letters are no reason to stay.
 */
import { parseArgs } from "node:util";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { drain } from "./engine/drain.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
if (process.connected) process.on("disconnect", () => stop.abort());
try {
  const { values } = parseArgs({ options: { "leave-dead-letters": { type: "boolean", default: false } } });
  await drain({ leavesDeadLetters: values["leave-dead-letters"], signal: stop.signal });
} catch (error) {
  tell(stop.signal.aborted ? new Fault("Stopped before all was drained; nothing is lost.") : error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
process.disconnect?.();
