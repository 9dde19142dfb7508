import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "./random.ts";
import type { RunningProduct } from "./running-product.ts";

export type Kill = {
  /** A part's name in the run file, or one of the killer's other targets. */
  target: string;
  at: number;
  /** When all was well again; null: not within the patience. */
  recoveredAt: number | null;
};
export type Killing = {
  product: RunningProduct;
  random: Random;
  tell(line: string): void;
  /** For what does not come back by itself. */
  revive?(): Promise<void>;
};
type Killed = { kill: Kill; recovered: Promise<void> };

const patienceMs = 120_000;

/** Without the number of a replica: `todo-backend-2` is a `todo-backend`. */
export const roleOf = ({ target }: Kill) => target.replace(/-\d+$/, "");

/** By SIGKILL. Null: it does not run now. */
export async function killPart(killing: Killing, target: string): Promise<Killed | null> {
  const pid = await killing.product.pidOf(target, killing.random);
  if (pid === null || !isKilled(pid)) return null;
  const kill: Kill = { target, at: Date.now(), recoveredAt: null };
  return { kill, recovered: recover(killing, kill, pid).then(() => killing.tell(outcomeOf(kill))) };
}

export function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

async function recover({ product, revive }: Killing, kill: Kill, pid: number): Promise<void> {
  await revive?.();
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    await sleep(50);
    if (kill.target !== "postgres backend" && !(await product.isReplaced(kill.target, pid))) continue;
    if (!(await product.isWell())) continue;
    kill.recoveredAt = Date.now();
    return;
  }
}

const outcomeOf = ({ target, at, recoveredAt }: Kill) =>
  recoveredAt === null ? `${target} did not come back` : `killed ${target}, all well after ${recoveredAt - at} ms`;
