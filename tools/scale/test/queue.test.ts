import { expect, test } from "vitest";
import { quantile, serve, serveInBatches, spread } from "../queue.ts";

/** Arrivals as independent as they come (a Poisson process), the same in every run. */
function poisson(count: number, perMs: number): number[] {
  let [state, at] = [12_345, 0];
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    at -= Math.log((state + 1) / 2 ** 32) / perMs;
    return at;
  });
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each([0.3, 0.6, 0.8])("one server waits as M/D/1 says when it is busy %f of the time", (busy) => {
  const serviceMs = 2;
  const arrivals = poisson(400_000, busy / serviceMs);
  const waited = serve(arrivals, 1, serviceMs).map((done, index) => done - serviceMs - (arrivals[index] ?? 0));
  const expected = (busy * serviceMs) / (2 * (1 - busy));
  expect(Math.abs(mean(waited) / expected - 1)).toBeLessThan(0.03);
});

test("what comes at once is done after its share of each server's work", () => {
  const arrivals = Array.from({ length: 1_001 }, () => 0);
  expect(serve(arrivals, 4, 10).at(-1)).toBe(Math.ceil(1_001 / 4) * 10);
});

test("as many servers as arrivals: nobody waits", () => {
  expect(serve([0, 1, 1, 5], 4, 3)).toEqual([3, 4, 4, 8]);
});

test("no server rests while something waits, and none does more than was asked of it", () => {
  const arrivals = poisson(20_000, 0.45);
  const done = serve(arrivals, 1, 2);
  let idle = 0;
  for (const [index, at] of arrivals.entries()) idle += Math.max(0, at - (done[index - 1] ?? 0));
  expect(done.at(-1)).toBeCloseTo(idle + 2 * arrivals.length, 3);
});

test("batches of one are served one by one", () => {
  const arrivals = poisson(5_000, 0.4);
  const single = serveInBatches(arrivals, { most: 1, fixedMs: 0.5, eachMs: 1.5 });
  for (const [index, done] of serve(arrivals, 1, 2).entries()) expect(single[index]).toBeCloseTo(done, 6);
});

test("a batch takes what waits, up to its limit, and costs its fixed part once", () => {
  expect(serveInBatches([0, 0, 0, 0, 0, 100], { most: 3, fixedMs: 10, eachMs: 1 })).toEqual([13, 13, 13, 25, 25, 111]);
  expect(serveInBatches([0, 0.5], { most: 500, fixedMs: 10, eachMs: 1 })).toEqual([11, 22]);
});

test("batching loses nothing and does nothing before it came", () => {
  const arrivals = poisson(20_000, 2);
  const done = serveInBatches(arrivals, { most: 50, fixedMs: 5, eachMs: 0.2 });
  expect(done).toHaveLength(arrivals.length);
  expect(done.every((at, index) => at >= (arrivals[index] ?? 0) + 5.2)).toBe(true);
});

test("queues share the work and lose nothing; twelve partitions on ten replicas are as slow as on six", () => {
  const arrivals = Array.from({ length: 12_000 }, () => 0);
  const last = (replicas: number) => {
    const done = spread(
      arrivals,
      (index) => (index % 12) % replicas,
      (own) => serve(own, 1, 1),
    );
    expect(done).toHaveLength(arrivals.length);
    return done.at(-1);
  };
  expect([last(1), last(6), last(10), last(12)]).toEqual([12_000, 2_000, 2_000, 1_000]);
});

test("a quantile is a value that was there", () => {
  expect([quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.99), quantile([], 0.5)]).toEqual([3, 4, 0]);
});
