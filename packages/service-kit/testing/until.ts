import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `probe` answers something truthy; fails after `seconds`. */
export async function until<T>(probe: () => Promise<T> | T, seconds = 15): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`did not happen within ${seconds} s`);
    await sleep(10);
  }
}
