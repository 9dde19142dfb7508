import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { cacheFolder, root } from "../bootstrap/folders.mjs";
import { withLock } from "../bootstrap/lock.mjs";
import { ui } from "./apps.ts";
import { nextProgram } from "./ui.ts";

const folder = join(root, ui.folder);
const stampFile = join(folder, ".next", "tend-stamp");

/** Builds the UI if its sources have changed since the last build here. */
export async function buildUi(tell: (line: string) => void, signal: AbortSignal): Promise<void> {
  const wanted = hashSources();
  if (readStamp() === wanted) return;
  await withLock(
    {
      folder: join(folder, ".building"),
      signal,
      onWait: () => tell("Another start is building the UI; waiting for it …"),
    },
    async () => {
      if (readStamp() === wanted) return;
      rmSync(stampFile, { force: true });
      tell("Building the UI; this takes about a minute, once.");
      const began = Date.now();
      await runBuild(tell, signal);
      writeFileSync(stampFile, wanted);
      tell(`The UI is built (${Math.round((Date.now() - began) / 1_000)} s).`);
    },
  );
}

function readStamp(): string {
  try {
    return readFileSync(stampFile, "utf8");
  } catch {
    return "";
  }
}

/** Without what the build itself rewrites. */
function hashSources(): string {
  const hash = createHash("sha256");
  const patterns = ["frontend/**/*", "packages/contracts/src/**/*", "package-lock.json", "tsconfig.base.json"];
  const exclude = [
    "frontend/node_modules/**",
    "frontend/.next/**",
    "frontend/.building*/**",
    "frontend/test/**",
    "frontend/next-env.d.ts",
    "frontend/tsconfig.json",
    "**/*.tsbuildinfo",
  ];
  for (const entry of globSync(patterns, { cwd: root, exclude, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    if (entry.isFile())
      hash
        .update(entry.parentPath.slice(root.length))
        .update(entry.name)
        .update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest("hex");
}

async function runBuild(tell: (line: string) => void, signal: AbortSignal): Promise<void> {
  const env = {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    TURBO_CACHE_DIR: join(cacheFolder, "turbo"),
  };
  const child = spawn(process.execPath, [nextProgram, "build"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let output = "";
  const take = (chunk: Buffer) => {
    const text = chunk.toString();
    output = (output + text).slice(-20_000);
    for (const step of text.match(
      /(Creating an optimized|Compiled|Running TypeScript|Collecting page data|Generating static pages|Finalizing)[^\n]*/g,
    ) ?? [])
      tell(`  ${step.trim()}`);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code === 0) return;
  if (/ENOSPC|No space left/i.test(output))
    throw new Fault(`The disk is full: building the UI needs 500 MB below ${folder}; free some space and start again.`);
  process.stderr.write(output);
  throw new Fault("The UI could not be built; the lines above say why.");
}
