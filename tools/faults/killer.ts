import { setTimeout as sleep } from "node:timers/promises";
import { isKilled, type Kill, killPart } from "./kill-part.ts";
import type { Product } from "./product.ts";
import type { Random } from "./random.ts";

type KillingAtRandom = {
  product: Product;
  random: Random;
  /** At least this long, at most twice as long: until each target has been killed once. */
  ms: number;
  tell(line: string): void;
};

/** Kills one thing after the other at random moments; resolves when all has recovered. */
export async function killAtRandom({ product, random, ms, tell }: KillingAtRandom): Promise<Kill[]> {
  const kills: Kill[] = [];
  const recovering: Promise<void>[] = [];
  // The UI keeps nothing.
  const targets = [
    ...product.parts().filter((name) => !name.startsWith("todo-frontend")),
    "postgres backend",
    "launcher",
  ];
  let waiting = random.shuffle(targets);
  const began = Date.now();
  const hasTime = () => Date.now() - began < (kills.length < targets.length ? 2 * ms : ms);
  while (hasTime()) {
    await sleep(random.int(600, 3_000));
    if (waiting.length === 0) waiting = random.shuffle(targets);
    const target = waiting.pop() ?? "todo-backend";
    // What dies while something else recovers is a case of its own; while the launcher is down there is nothing else.
    const isImpatient = random.chance(0.3);
    const revive = () => startAgain(product, random);
    const killed = await killPart({ product, random, tell, ...(target === "launcher" ? { revive } : {}) }, target);
    if (!killed) continue;
    kills.push(killed.kill);
    recovering.push(killed.recovered);
    if (target === "launcher" || !isImpatient) await killed.recovered;
  }
  await Promise.all(recovering);
  return kills;
}

/** Sometimes killed once more while it starts. */
async function startAgain(product: Product, random: Random): Promise<void> {
  await sleep(random.int(0, 1_500));
  while (random.chance(0.3)) {
    product.launch();
    await sleep(random.int(100, 3_000));
    const pid = await product.pidOf("launcher", random);
    if (pid !== null) isKilled(pid);
    await sleep(random.int(0, 300));
  }
  await product.start();
}
