/** Writes to one task go out one after the other; the page refetches nothing that a write under way would contradict. */
const last = new Map<string, Promise<unknown>>();
let underWay = 0;
let whenIdle: (() => void)[] = [];

export async function inTurn<T>(id: string, write: () => Promise<T>): Promise<T> {
  underWay++;
  const previous = last.get(id) ?? Promise.resolve();
  const mine = previous.catch(() => {}).then(write);
  last.set(id, mine);
  try {
    return await mine;
  } finally {
    if (last.get(id) === mine) last.delete(id);
    underWay--;
    if (underWay === 0) for (const resume of whenIdle.splice(0)) resume();
  }
}

export function afterWrites(): Promise<void> {
  if (underWay === 0) return Promise.resolve();
  return new Promise((resolve) => {
    whenIdle = [...whenIdle, resolve];
  });
}
