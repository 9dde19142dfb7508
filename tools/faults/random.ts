import { createHash } from "node:crypto";

/** All chance in a run comes from one printed seed; each part forks its own stream, so that they do not disturb each other. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** Both ends included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
  /** UUIDv7 of the present moment. */
  uuid(): string;
  fork(name: string): Random;
};

export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      const picked = list[int(0, list.length - 1)];
      if (picked === undefined) throw new Error("there is nothing to pick from");
      return picked;
    },
    shuffle(list) {
      const shuffled = [...list];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = int(0, i);
        [shuffled[i], shuffled[j]] = [shuffled[j] as never, shuffled[i] as never];
      }
      return shuffled;
    },
    uuid: () => uuidv7(() => int(0, 255)),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

/** Small fast chaotic generator of 32-bit words (C. Doty-Humphrey, PractRand). */
function sfc32(seed: string): () => number {
  const state = new Uint32Array(new Uint8Array(createHash("sha256").update(seed).digest()).buffer.slice(0, 16));
  let [a = 0, b = 0, c = 0, d = 0] = state;
  return () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
}

function uuidv7(byte: () => number): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = Buffer.from(Array.from({ length: 10 }, byte));
  random[0] = ((random[0] ?? 0) & 0x0f) | 0x70;
  random[2] = ((random[2] ?? 0) & 0x3f) | 0x80;
  const hex = time + random.toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
