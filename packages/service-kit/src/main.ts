import type { Env } from "./config.ts";
import { createLogger } from "./log.ts";
import type { RunningService, Service } from "./service.ts";

/**
 * A service as a process of its own: SIGTERM, SIGINT or, with TEND_PARENT_PIPE=1, the end of the parent stop it. A start that fails is one
 * log line and exit code 1. A parent with an IPC channel is told `{ ready: port }`.
 */
export async function runMain(service: Service, env: Env = process.env): Promise<void> {
  const log = createLogger(service.appId, env.LOG_LEVEL ?? "info");
  let running: RunningService | undefined;
  let stopped = false;
  const leave = () => {
    // All of ours is closed by now: a connection that hangs, such as to a mail server, must not keep the process.
    setTimeout(() => process.exit(), 1_000).unref();
    process.stdin.destroy();
    if (process.connected) process.disconnect?.();
  };
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await running?.close().catch((error: unknown) => log.error({ err: error }, "did not stop cleanly"));
    leave();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  if (env.TEND_PARENT_PIPE === "1") {
    process.on("disconnect", stop);
    process.stdin.on("close", stop).on("error", stop).resume();
  }
  try {
    running = await service.start(env);
    if (stopped) await running.close();
    else process.send?.({ ready: running.port });
  } catch (error) {
    process.exitCode = 1;
    stopped = true;
    log.fatal(`cannot start: ${error instanceof Error ? error.message : error}`);
    leave();
  }
}
