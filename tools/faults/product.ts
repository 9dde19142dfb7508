import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isRunning } from "../bootstrap/process-identity.mjs";
import { freePort } from "../launcher/free-port.ts";
import { RunFile } from "../launcher/run-file.ts";
import { attach, type Place, type RunningProduct } from "./running-product.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const mailDomain = "faults.example";
/** How long it took, and what was still running afterwards (it is killed). */
export type Stopped = { ms: number; left: string[] };

/** The product as its owner runs it, each part in a process of its own. */
export type Product = RunningProduct & {
  /** Begins to start it, also after the launcher was killed. */
  launch(): void;
  /** Resolves when all is well. */
  start(): Promise<void>;
  stop(): Promise<Stopped>;
};
type ProductOptions = Pick<Place, "engine" | "replicas"> & { folder: string; smtpUrl: string };

/** The first start on the stack may build the UI, on a machine that is busy. */
const startMs = 300_000;

export async function createProduct({ folder, smtpUrl, engine, replicas }: ProductOptions): Promise<Product> {
  const port = await freePort();
  const data = join(folder, "data");
  const product = attach({ base: `http://127.0.0.1:${port}`, data, engine, replicas });
  const command =
    engine === "stack" ? ["tools/stack.ts", "--replicas", String(replicas)] : ["tools/start.ts", "--processes"];
  const env = productEnvironment(data, port, smtpUrl);
  let launcher: ChildProcess | undefined;

  function launch() {
    const log = openSync(join(folder, "launcher.log"), "a");
    // Should we end first, the channel closes, and it stops by itself.
    launcher = spawn(process.execPath, command, { cwd: root, env, stdio: ["ignore", log, log, "ipc"] });
    closeSync(log);
  }
  async function start() {
    launch();
    for (const end = Date.now() + startMs; Date.now() < end; ) {
      if (await product.isWell()) return;
      await sleep(50);
      if (hasEnded(launcher)) throw new Error(`the launcher ended: see ${folder}/launcher.log`);
    }
    throw new Error(`the product was not ready after ${startMs / 1_000} s: see ${folder}/launcher.log`);
  }
  async function stop(): Promise<Stopped> {
    const running = launcher;
    if (!running || hasEnded(running)) return { ms: 0, left: [] };
    const parts = Object.entries(RunFile.read(data)?.processes ?? {});
    const began = performance.now();
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGTERM");
    const late = setTimeout(() => running.kill("SIGKILL"), 25_000);
    await ended;
    clearTimeout(late);
    const ms = performance.now() - began;
    const left = parts.filter(([, identity]) => isRunning(identity));
    for (const [, { pid }] of left) process.kill(pid, "SIGKILL");
    return { ms, left: left.map(([name]) => name) };
  }
  return {
    ...product,
    launch,
    start,
    stop,
    async pidOf(target, random) {
      if (target !== "launcher") return product.pidOf(target, random);
      return hasEnded(launcher) ? null : (launcher?.pid ?? null);
    },
    isReplaced: async (target, pid) =>
      target === "launcher" ? launcher?.pid !== pid : product.isReplaced(target, pid),
  };
}

/** Neither what surrounds the test nor an .env file may reach the product. */
export const productEnvironment = (data: string, port: number, smtpUrl: string): NodeJS.ProcessEnv => ({
  ...process.env,
  DATA_DIR: data,
  PORT: String(port),
  SMTP_URL: smtpUrl,
  MAIL_FROM: `Tend <tend@${mailDomain}>`,
  SIGN_UP: "open",
  RATE_LIMIT_API: "0",
  RATE_LIMIT_SIGN_IN: "0",
  DATABASE_URL: "",
  SENDGRID_API_KEY: "",
  PUBLIC_URL: "",
  LOG_LEVEL: "info",
});

const hasEnded = (child: ChildProcess | undefined) =>
  child === undefined || child.exitCode !== null || child.signalCode !== null;
