/** Times are milliseconds, arrivals are in order of time, and what arrives first is served first: the same input gives the same output. */

/** When each arrival has been served by the first of `servers` to be free. */
export function serve(arrivals: readonly number[], servers: number, serviceMs: number): number[] {
  // Service takes the same time for all, so servers come free in the order in which they began.
  const done: number[] = [];
  for (const [index, at] of arrivals.entries()) done.push(Math.max(at, done[index - servers] ?? 0) + serviceMs);
  return done;
}

export type Batches = {
  /** How many are taken at once, at the most. */
  most: number;
  /** Of a batch, however small, and of each in it. */
  fixedMs: number;
  eachMs: number;
};

/** One server that takes whatever waits, as the relay and the consumers do; all of a batch are done when it is. */
export function serveInBatches(arrivals: readonly number[], { most, fixedMs, eachMs }: Batches): number[] {
  const done: number[] = [];
  for (let free = 0; done.length < arrivals.length; ) {
    const start = Math.max(free, arrivals[done.length] ?? 0);
    let end = done.length;
    while (end < arrivals.length && end - done.length < most && (arrivals[end] ?? 0) <= start) end++;
    free = start + fixedMs + (end - done.length) * eachMs;
    while (done.length < end) done.push(free);
  }
  return done;
}

/** `queueOf` says who has which; `work` is done by each for its own, and the results come in order of time. */
export function spread(
  arrivals: readonly number[],
  queueOf: (index: number) => number,
  work: (own: number[]) => number[],
): number[] {
  const queues = Map.groupBy(arrivals.entries(), ([index]) => queueOf(index));
  return [...queues.values()].flatMap((entries) => work(entries.map(([, at]) => at))).sort((a, b) => a - b);
}

/** The time that a share of all did not exceed. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
