import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../tools/bootstrap/folders.mjs";
import { freePort } from "../../tools/launcher/free-port.ts";
import { startMailSink } from "./mail-sink.ts";

/** The first start builds the UI. */
const startMs = 300_000;

/**
 * Starts Tend as its users do, on a folder of its own, with a real mail server beside it; the answer stops both. TEND_ON=stack: on real
 * sidecars and a real broker.
 */
export default async function startProduct(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "tend-journeys-"));
  const mails = join(folder, "mails");
  mkdirSync(mails);
  const sink = await startMailSink(mails);
  const port = await freePort();
  const log = join(folder, "launcher.log");
  const output = openSync(log, "a");
  const command = process.env.TEND_ON === "stack" ? "tools/stack.ts" : "tools/start.ts";
  const launcher = spawn(process.execPath, [join(root, command)], {
    cwd: root,
    stdio: ["ignore", output, output],
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: join(folder, "data"),
      PUBLIC_URL: `http://localhost:${port}`,
      SMTP_URL: sink.url,
      MAIL_FROM: "Tend <tend@example.com>",
      RATE_LIMIT_SIGN_IN: "0",
      LOG_LEVEL: "info",
    },
  });
  const url = `http://localhost:${port}`;
  const stop = async () => {
    if (launcher.exitCode === null) {
      launcher.kill("SIGTERM");
      await once(launcher, "exit");
    }
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(url, launcher, log);
  } catch (error) {
    await stop();
    throw error;
  }
  Object.assign(process.env, {
    JOURNEY_URL: url,
    JOURNEY_MAILS: mails,
    JOURNEY_LOG: log,
    JOURNEY_DATA: join(folder, "data"),
  });
  return stop;
}

async function ready(url: string, launcher: ChildProcess, log: string): Promise<void> {
  for (const end = Date.now() + startMs; Date.now() < end; await sleep(200)) {
    if (launcher.exitCode !== null) throw new Error(`Tend did not start:\n${readFileSync(log, "utf8").slice(-4_000)}`);
    const isReady = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
  }
  throw new Error(`Tend was not ready in time:\n${readFileSync(log, "utf8").slice(-4_000)}`);
}
