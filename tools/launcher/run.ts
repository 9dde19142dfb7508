import { setTimeout as sleep } from "node:timers/promises";
import { tell as tellFault } from "../bootstrap/fault.mjs";
import { whatRuns } from "../stack/what-runs.ts";
import { addressOf, launch, type Mode } from "./launch.ts";
import { takeSettings } from "./settings.ts";
import { Shutdown } from "./shutdown.ts";

/** Milliseconds that a stop may take; a broker and real sidecars need longer. */
const stopLimits = { inside: 4_800, processes: 4_800, dev: 4_800, stack: 20_000 };

/** `npm start`, `npm run dev` and `npm run stack`: until a signal, the end of the bootstrap or a failure ends it. */
export async function run(mode: Mode, more: { replicas?: number; closed?: boolean } = {}): Promise<void> {
  const stopLimit = stopLimits[mode];
  const began = performance.now();
  const shutdown = new Shutdown(stopLimit);
  const tell = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  const leave = async (code: number) => {
    await shutdown.run();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(0));
  if (process.connected) process.on("disconnect", () => leave(0));
  // A terminal that is gone cannot be written to; that must not stop the stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const fail = (error: unknown) => {
    if (!shutdown.signal.aborted) tellFault(error);
    return leave(1);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    const settings = takeSettings();
    await launch({ settings, mode, ...more, tell, shutdown });
    if (more.closed) return void process.send?.({ ready: true });
    if (mode === "stack") tell(whatRuns(settings));
    tell(
      `Tend is ready at ${addressOf(settings)} (${((performance.now() - began) / 1_000).toFixed(1)} s). Ctrl-C stops it.`,
    );
    shutdown.add(() => tell("Stopping …"));
  } catch (error) {
    if (shutdown.signal.aborted) await sleep(stopLimit, undefined, { ref: false });
    else await fail(error);
  }
}
