import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isRunning } from "../bootstrap/process-identity.mjs";
import { freePort } from "../launcher/free-port.ts";
import { RunFile } from "../launcher/run-file.ts";
import { inOneMoment } from "./database.ts";
import type { Target } from "./killer.ts";
import type { Random } from "./random.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const mailDomain = "faults.example";
/** How long it took, and what was still running afterwards (it is killed). */
export type Stopped = { ms: number; left: string[] };

/** The product as its owner runs it, each part in a process of its own. */
export type Product = {
  base: string;
  /** As its superuser. */
  databaseUrl(): string;
  /** As the audit service, for its command. */
  auditUrl(): string;
  /** Begins to start it, also after the launcher was killed. */
  launch(): void;
  /** Resolves when all is well. */
  start(): Promise<void>;
  stop(): Promise<Stopped>;
  /** Every part says that it is well. */
  isWell(): Promise<boolean>;
  pidOf(target: Target, random: Random): Promise<number | null>;
  isReplaced(target: Target, pid: number): Promise<boolean>;
};

const entry = join(root, "tools/start.ts");
const startMs = 60_000;
const services = ["todo-backend", "notification-service", "recurring-task-service", "audit-service"];

export async function createProduct({ folder, smtpUrl }: { folder: string; smtpUrl: string }): Promise<Product> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const data = join(folder, "data");
  const env = {
    ...process.env,
    DATA_DIR: data,
    PORT: String(port),
    SMTP_URL: smtpUrl,
    MAIL_FROM: `Tend <tend@${mailDomain}>`,
    SIGN_UP: "open",
    RATE_LIMIT_API: "0",
    RATE_LIMIT_SIGN_IN: "0",
    // Neither what surrounds the test nor an .env file may reach it.
    DATABASE_URL: "",
    SENDGRID_API_KEY: "",
    PUBLIC_URL: "",
    LOG_LEVEL: "info",
  };
  let launcher: ChildProcess | undefined;
  const processes = () => RunFile.read(data)?.processes ?? {};

  const isReady = async (at: string) => {
    const response = await fetch(`${at}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  };
  async function isWell() {
    try {
      const ports = services.map((appId) => processes()[appId]?.port);
      const answers = await Promise.all([base, ...ports.map((own) => `http://127.0.0.1:${own}`)].map(isReady));
      return answers.every(Boolean);
    } catch {
      return false;
    }
  }
  function launch() {
    const log = openSync(join(folder, "launcher.log"), "a");
    launcher = spawn(process.execPath, [entry, "--processes"], { cwd: root, env, stdio: ["ignore", log, log] });
    closeSync(log);
  }
  async function start() {
    launch();
    for (const end = Date.now() + startMs; Date.now() < end; ) {
      if (await isWell()) return;
      await sleep(50);
      if (hasEnded(launcher)) throw new Error(`the launcher ended: see ${folder}/launcher.log`);
    }
    throw new Error(`the product was not ready after ${startMs / 1_000} s: see ${folder}/launcher.log`);
  }
  async function stop(): Promise<Stopped> {
    const running = launcher;
    if (!running || hasEnded(running)) return { ms: 0, left: [] };
    const parts = Object.entries(processes());
    const began = performance.now();
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGTERM");
    const late = setTimeout(() => running.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
    const ms = performance.now() - began;
    const left = parts.filter(([, identity]) => isRunning(identity));
    for (const [, { pid }] of left) process.kill(pid, "SIGKILL");
    return { ms, left: left.map(([name]) => name) };
  }
  return {
    base,
    databaseUrl: () => databaseUrl(data),
    auditUrl: () => readSecrets(data)["postgres-credentials-audit-service"] ?? "",
    launch,
    start,
    stop,
    isWell,
    async pidOf(target, random) {
      if (target === "launcher") return hasEnded(launcher) ? null : (launcher?.pid ?? null);
      if (target === "postgres backend") {
        // While the launcher starts, its run file does not say yet where the database is.
        const url = RunFile.read(data)?.databaseUrl;
        return url ? findBackend(url, random) : null;
      }
      const found = processes()[target];
      return found && isRunning(found) ? found.pid : null;
    },
    async isReplaced(target, pid) {
      if (target === "launcher") return launcher?.pid !== pid;
      const now = processes()[target]?.pid;
      return now !== undefined && now !== pid;
    },
  };
}

const hasEnded = (child: ChildProcess | undefined) =>
  child === undefined || child.exitCode !== null || child.signalCode !== null;

function databaseUrl(data: string): string {
  const url = RunFile.read(data)?.databaseUrl;
  if (!url) throw new Error("the database is not there yet");
  return url;
}

const readSecrets = (data: string): Record<string, string> =>
  JSON.parse(readFileSync(join(data, "secrets.json"), "utf8"));

/** The server process behind some connection of the product. */
async function findBackend(url: string, random: Random): Promise<number | null> {
  const text = `select pid from pg_stat_activity
    where backend_type = 'client backend' and datname is not null and pid <> pg_backend_pid() order by pid`;
  try {
    const rows = await inOneMoment(url, ({ ask }) => ask<{ pid: number }>(text));
    return rows.length === 0 ? null : random.pick(rows).pid;
  } catch {
    return null;
  }
}
