import { expect } from "vitest";
import { beginRun } from "../../../faults/begin-run.ts";
import { type Load, runFaults } from "../../../faults/fault-run.ts";
import { isKilled, type Kill, type Killing, killPart } from "../../../faults/kill-part.ts";
import { summarise } from "../../../faults/summary.ts";
import { sink, stack, until } from "./stack.ts";

export type Disturbance = {
  load: Load;
  /** Kills a part and waits until all is well again. */
  kill(part: string): Promise<void>;
  /** Parts stay away, although the launcher starts them again and again, until the answer is called and all is well. */
  holdDown(...parts: string[]): () => Promise<void>;
  /** Waits until the load's clients have had that many more changes acknowledged. */
  goOn(changes: number): Promise<void>;
};

/** Runs the fault run's load while `disturb` works, and then holds Tend to all of the fault run's promises. */
export async function underLoad(disturb: (disturbance: Disturbance) => Promise<void>): Promise<void> {
  const { seed, random, tell } = beginRun(process.env.SEED);
  const killing = { product: stack, random: random.fork("kills"), tell };
  const { facts, traffic, findings } = await runFaults({
    product: stack,
    sink,
    random,
    tell,
    hasCompany: true,
    accounts: 3,
    disturb: async (load) => {
      const kills: Kill[] = [];
      await disturb(disturbing(load, killing, kills));
      return kills;
    },
  });
  const broken = findings.filter(({ faults }) => faults.length > 0);
  expect(broken, `seed ${seed}\n${summarise(facts, traffic, findings)}`).toEqual([]);
}

function disturbing(load: Load, killing: Killing, kills: Kill[]): Disturbance {
  return {
    load,
    async kill(part) {
      const killed = await killPart(killing, part);
      if (!killed) throw new Error(`${part} did not run`);
      kills.push(killed.kill);
      await killed.recovered;
    },
    holdDown: (...parts) => holdDown(killing, kills, parts),
    goOn: async (changes) => {
      const wanted = load.acknowledged() + changes;
      await until(`${changes} more changes are acknowledged`, () => load.acknowledged() >= wanted);
    },
  };
}

function holdDown({ product, random, tell }: Killing, kills: Kill[], parts: string[]): () => Promise<void> {
  const own: Kill[] = parts.map((target) => ({ target, at: Date.now(), recoveredAt: null }));
  kills.push(...own);
  const kill = async () => {
    for (const part of parts) {
      const pid = await product.pidOf(part, random);
      if (pid !== null) isKilled(pid);
    }
  };
  void kill();
  const timer = setInterval(kill, 20);
  return async () => {
    clearInterval(timer);
    await until(`${parts.join(", ")} came back`, () => product.isWell());
    for (const one of own) one.recoveredAt = Date.now();
    tell(`${parts.join(", ")} came back`);
  };
}
