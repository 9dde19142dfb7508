import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../bootstrap/folders.mjs";
import { freePort } from "../free-port.ts";

/** Tend, or one of its commands, started as its owner does, but without the bootstrap. */
export type Tend = { process: ChildProcess; output(): string; ended: Promise<number | null> };
export type Place = {
  dataFolder: string;
  port: number;
  base: string;
  /** By `startTend`. */
  started: Tend[];
  /** Also stops what a test that failed has left running. */
  remove(): Promise<void>;
};

export async function newPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "tend-launcher-"));
  const port = await freePort();
  const started: Tend[] = [];
  const remove = async () => {
    await Promise.all(started.map(stopTend));
    await rm(folder, { recursive: true, force: true });
  };
  return { dataFolder: join(folder, "data"), port, base: `http://localhost:${port}`, started, remove };
}

export function startTend(
  { dataFolder, port, started }: Pick<Place, "dataFolder" | "port" | "started">,
  { env = {}, args = [] as string[], command = "start" } = {},
): Tend {
  const child = spawn(process.execPath, [join(root, `tools/${command}.ts`), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      DATABASE_URL: "",
      PUBLIC_URL: "",
      SMTP_URL: "",
      LOG_LEVEL: "warn",
      DATA_DIR: dataFolder,
      PORT: String(port),
      ...env,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const tend = { process: child, output: () => output, ended };
  started.push(tend);
  return tend;
}

/** Resolves with the milliseconds that it took. */
export async function untilReady({ process: child, output, ended }: Tend): Promise<number> {
  const began = performance.now();
  const ready = new Promise<void>((resolve) =>
    child.stdout?.on("data", () => output().includes("Tend is ready at") && resolve()),
  );
  const failed = ended.then((code) => Promise.reject(new Error(`Tend ended with ${code}:\n${output()}`)));
  await Promise.race([ready, failed]);
  return performance.now() - began;
}

export async function stopTend({ process: child, ended }: Tend): Promise<{ code: number | null; ms: number }> {
  const began = performance.now();
  child.kill("SIGINT");
  return { code: await ended, ms: performance.now() - began };
}
