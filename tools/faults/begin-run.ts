import { randomInt } from "node:crypto";
import { createRandom, type Random } from "./random.ts";

export type Run = { seed: string; random: Random; tell(line: string): void };

/** Says by which seed the run can be repeated, and every line with the seconds since now. */
export function beginRun(seed = String(randomInt(1_000_000_000))): Run {
  const began = performance.now();
  const tell = (line: string) =>
    console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  tell(`seed ${seed}`);
  return { seed, random: createRandom(seed), tell };
}
