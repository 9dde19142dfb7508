import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { root } from "../bootstrap/folders.mjs";
import { freePort } from "../launcher/free-port.ts";
import { memoryOf } from "./memory.ts";
import { type Figure, median } from "./table.ts";

const starts = 3;
const idleMs = 10_000;
const MiB = 1024 * 1024;

/** `npm start` as its owner runs it, built and on a warm disk: the first page, what it weighs, and what lies idle in memory. */
export async function measureStartUp(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "tend-bench-start-"));
  try {
    // The first one makes the database, and builds the UI where that has not been done.
    await withProduct(folder, async () => {});
    const took: number[] = [];
    let memory = 0;
    let script = { bytes: 0, count: 0 };
    for (let index = 0; index < starts; index++)
      await withProduct(folder, async ({ base, pid, seconds }) => {
        took.push(seconds);
        if (index < starts - 1) return;
        script = await scriptOf(base);
        await sleep(idleMs);
        memory = memoryOf(pid);
      });
    const first = median(took);
    return [
      {
        what: "npm start → first page, warm and built",
        measured: `${first.toFixed(1)} s`,
        budget: "≤ 2.5 s",
        isWithin: first <= 2.5,
      },
      {
        what: "memory of all processes, idle",
        measured: `${Math.round(memory / MiB)} MiB`,
        budget: "≤ 400 MiB",
        isWithin: memory <= 400 * MiB,
      },
      {
        what: `module JS of the task list, gz (${script.count} files)`,
        ...{
          measured: `${Math.round(script.bytes / 1024)} KiB`,
          budget: "≤ 230 KiB",
          isWithin: script.bytes <= 230 * 1024,
        },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Running = { base: string; pid: number; seconds: number };

async function withProduct(folder: string, work: (running: Running) => Promise<void>): Promise<void> {
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const env = {
    ...process.env,
    DATA_DIR: folder,
    PORT: String(port),
    LOG_LEVEL: "warn",
    DATABASE_URL: "",
    SMTP_URL: "",
    PUBLIC_URL: "",
  };
  const began = performance.now();
  const child = spawn("npm", ["start", "--silent"], { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  try {
    await firstPage(base, child);
    await work({ base, pid: child.pid ?? 0, seconds: (performance.now() - began) / 1_000 });
  } finally {
    await stop(child, base);
  }
}

async function firstPage(base: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(10)) {
    if (child.exitCode !== null) throw new Error("npm start ended before it was ready");
    const response = await fetch(`${base}/sign-in`).catch(() => null);
    const text = await response?.text();
    if (response?.ok && text?.includes("<form")) return;
  }
  throw new Error("npm start was not ready after 300 s");
}

/** npm ends at once; the product is gone when nobody listens any more. */
async function stop(child: ChildProcess, base: string): Promise<void> {
  child.kill("SIGTERM");
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    const isGone = await fetch(base).then(
      () => false,
      () => true,
    );
    if (isGone) break;
  }
  await sleep(1_500);
}

/** All module scripts that the signed-in task list's HTML asks for, as they come compressed. */
async function scriptOf(base: string): Promise<{ bytes: number; count: number }> {
  const account = { name: "Bench", email: `${Date.now()}@bench.example`, password: "correct horse battery" };
  const signedUp = await fetch(`${base}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify(account),
  });
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const page = await fetch(`${base}/inbox`, { headers: { cookie } });
  const html = await page.text();
  const tags = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"[^>]*>/g)].filter(([tag]) => !/nomodule/i.test(tag));
  const sources = [...new Set(tags.map(([, source]) => source ?? ""))];
  if (!page.url.endsWith("/inbox") || sources.length === 0)
    throw new Error(`the task list was not shown: ${page.status} ${page.url}`);
  let bytes = 0;
  for (const source of sources) {
    const response = await fetch(new URL(source, base));
    bytes += gzipSync(Buffer.from(await response.arrayBuffer()), { level: 6 }).length;
  }
  return { bytes, count: sources.length };
}
