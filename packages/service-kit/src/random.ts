import { randomFillSync } from "node:crypto";

const pool = Buffer.alloc(8_192);
let used = pool.length;

/** Random bytes from a supply: asking the system for each few costs more than the rest of a small request. Valid until the next call. */
export function randomPart(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

export const randomHex = (bytes: number) => randomPart(bytes).toString("hex");
