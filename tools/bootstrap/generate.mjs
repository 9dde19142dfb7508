import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Fault } from "./fault.mjs";
import { root } from "./folders.mjs";
import { withLock } from "./lock.mjs";

const schema = join(root, "backend/prisma/schema.prisma");
const client = join(root, "backend/src/generated/prisma/client.ts");
const stampFile = join(root, "node_modules/.tend-prisma");

/** Writes the backend's database client again when its schema has changed. */
export async function generateClient(/** @type {AbortSignal} */ signal) {
  if (!existsSync(schema) || (await isCurrent())) return;
  await withLock({ folder: join(root, ".installing"), signal }, async () => {
    if (await isCurrent()) return;
    await runPrisma(signal);
    await writeFile(stampFile, await hash());
  });
}

const hash = async () =>
  createHash("sha256")
    .update(await readFile(schema))
    .digest("hex");
const isCurrent = async () =>
  existsSync(client) && (await readFile(stampFile, "utf8").catch(() => "")) === (await hash());

async function runPrisma(/** @type {AbortSignal} */ signal) {
  // Generating needs no engine, but without one named it would download one.
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: existsSync("/bin/true") ? "/bin/true" : "/usr/bin/true",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const args = [join(root, "node_modules/prisma/build/index.js"), "generate", `--schema=${schema}`];
  try {
    await promisify(execFile)(join(root, "node_modules/.bin/node"), args, { cwd: join(root, "backend"), env, signal });
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new Fault(
      `The database client could not be made from backend/prisma/schema.prisma: ${output.split("\n").filter(Boolean).slice(0, 3).join(" ")}`,
    );
  }
}
