import { setTimeout as sleep } from "node:timers/promises";

/** Generous: the machine may be slow. */
const limitMs = 180_000;

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(100)) if (await isSo()) return;
  throw new Error(`${what} did not come within ${limitMs / 1_000} s`);
}
