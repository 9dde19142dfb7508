import { setTimeout as sleep } from "node:timers/promises";
import type { Product } from "./product.ts";
import type { Random } from "./random.ts";

export const targets = [
  "todo-backend",
  "sidecar",
  "notification-service",
  "recurring-task-service",
  "audit-service",
  "postgres",
  "postgres backend",
  "launcher",
] as const;
export type Target = (typeof targets)[number];
export type Kill = {
  target: Target;
  at: number /** When all was well again; null: not within the patience. */;
  recoveredAt: number | null;
};

const patienceMs = 60_000;

export type Killing = {
  product: Product;
  random: Random;
  /** At least this long, at most twice as long: until each target has been killed once. */
  ms: number;
  tell(line: string): void;
};

/** Kills one thing after the other at random moments; resolves when all has recovered. */
export async function killAtRandom({ product, random, ms, tell }: Killing): Promise<Kill[]> {
  const kills: Kill[] = [];
  const recovering: Promise<void>[] = [];
  let waiting = random.shuffle(targets);
  const began = Date.now();
  const hasTime = () => Date.now() - began < (kills.length < targets.length ? 2 * ms : ms);
  while (hasTime()) {
    await sleep(random.int(600, 3_000));
    if (waiting.length === 0) waiting = random.shuffle(targets);
    const target = waiting.pop() ?? "todo-backend";
    // What dies while something else recovers is a case of its own; while the launcher is down there is nothing else.
    const isImpatient = random.chance(0.3);
    const pid = await product.pidOf(target, random);
    if (pid === null || !isKilled(pid)) continue;
    const kill: Kill = { target, at: Date.now(), recoveredAt: null };
    kills.push(kill);
    const recovered = recover(product, kill, pid, random).then(() => tell(outcomeOf(kill)));
    recovering.push(recovered);
    if (target === "launcher" || !isImpatient) await recovered;
  }
  await Promise.all(recovering);
  return kills;
}

async function recover(product: Product, kill: Kill, pid: number, random: Random): Promise<void> {
  const end = kill.at + patienceMs;
  if (kill.target === "launcher") await startAgain(product, random);
  while (Date.now() < end) {
    await sleep(50);
    if (kill.target !== "postgres backend" && !(await product.isReplaced(kill.target, pid))) continue;
    if (!(await product.isWell())) continue;
    kill.recoveredAt = Date.now();
    return;
  }
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

function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

const outcomeOf = ({ target, at, recoveredAt }: Kill) =>
  recoveredAt === null ? `${target} did not come back` : `killed ${target}, all well after ${recoveredAt - at} ms`;
