import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isRunning } from "./process-identity.mjs";

/**
 * Runs `work` while no other process does; the folder is the lock, and one whose owner has died is taken over.
 * @template T
 * @param {{ folder: string, signal: AbortSignal, onWait?: () => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock({ folder, signal, onWait }, work) {
  for (let waited = false; !(await take(folder)); waited = true) {
    if (!waited) onWait?.();
    await dropIfStale(folder);
    await sleep(100, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(/** @type {string} */ folder) {
  try {
    await mkdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  await writeFile(join(folder, "owner.json"), JSON.stringify(identify(process.pid)));
  return true;
}

async function dropIfStale(/** @type {string} */ folder) {
  const owner = await readOwner(folder);
  if (owner === undefined || (owner && isRunning(owner))) return;
  const aside = `${folder}.${process.pid}`;
  try {
    await rename(folder, aside);
  } catch {
    return;
  }
  // Two may have judged the same lock stale; the slower one gives back what the faster one has just taken.
  const moved = await readOwner(aside);
  if (moved && isRunning(moved)) await rename(aside, folder).catch(() => {});
  else await rm(aside, { recursive: true, force: true });
}

/** Undefined: no lock, or one just being taken; null: its owner never came to sign. */
async function readOwner(/** @type {string} */ folder) {
  try {
    return JSON.parse(await readFile(join(folder, "owner.json"), "utf8"));
  } catch {
    const taken = await stat(folder).catch(() => undefined);
    return taken && Date.now() - taken.mtimeMs > 5_000 ? null : undefined;
  }
}
