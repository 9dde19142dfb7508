import { setTimeout as sleep } from "node:timers/promises";
import { tell as tellFault } from "../bootstrap/fault.mjs";
import { addressOf, launch, type Mode } from "./launch.ts";
import { takeSettings } from "./settings.ts";
import { Shutdown } from "./shutdown.ts";

/** Milliseconds that a stop may take. */
const stopLimit = 4_800;

/** `npm start` and `npm run dev`: until a signal, the end of the bootstrap or a failure ends it. */
export async function run(mode: Mode): Promise<void> {
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
    await launch({ settings, mode, tell, shutdown });
    tell(
      `Tend is ready at ${addressOf(settings)} (${((performance.now() - began) / 1_000).toFixed(1)} s). Ctrl-C stops it.`,
    );
    shutdown.add(() => tell("Stopping …"));
  } catch (error) {
    if (shutdown.signal.aborted) await sleep(stopLimit, undefined, { ref: false });
    else await fail(error);
  }
}
