import { pino } from "pino";
import { messageOf } from "./errors.ts";
import { startEmbeddedDapr } from "./start.ts";

/** Milliseconds that handlers get to finish after SIGTERM. */
const graceMs = 4_000;

/**
 * The sidecar as a process of its own. EMBEDDED_DAPR holds the configuration of `startEmbeddedDapr` as JSON. When it
 * listens it prints one line `{"listening": {<app id>: <port>}}`, and, asked over IPC, sends the same to its parent.
 */
async function main(): Promise<void> {
  const text = process.env.EMBEDDED_DAPR;
  if (!text) throw new Error("EMBEDDED_DAPR is not set; it holds the sidecar's configuration as JSON");
  delete process.env.EMBEDDED_DAPR;
  const config = JSON.parse(text);
  const logger = pino({
    level: config.logLevel ?? "info",
    base: { service: "dapr" },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const dapr = await startEmbeddedDapr({ ...config, logger });
  const listening = Object.fromEntries([...dapr.apps].map(([appId, { httpPort }]) => [appId, httpPort]));
  logger.info({ listening }, "listening");
  process.send?.({ listening });
  dapr.ready.then(
    () => process.connected && process.send?.({ ready: true }),
    () => {},
  );

  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    dapr.close({ graceMs }).then(
      () => leave(),
      (error) => {
        logger.error({ err: error }, "could not close cleanly");
        process.exitCode = 1;
      },
    );
  };
  process.on("SIGTERM", close);
  process.on("SIGINT", close);
  process.on("disconnect", close);
}

/** The channel is closed already when it was the parent's end that stopped us. */
function leave(): void {
  if (process.connected) process.disconnect?.();
}

main().catch((error) => {
  console.error(messageOf(error));
  process.exitCode = 1;
  leave();
});
