import { expect, test } from "vitest";
import { startChild } from "../child.ts";

/** A child that never says that it is ready. */
function startSilent(signal: AbortSignal) {
  const pid = Promise.withResolvers<number>();
  const starting = startChild({
    ...{ name: "silent", args: ["--eval", "setInterval(() => {}, 1_000)"], env: {} },
    ...{ isReady: () => new Promise(() => {}), onStart: pid.resolve, tell: () => {}, signal },
  });
  return { pid: pid.promise, starting };
}

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a start that is given up ends at once, with its process", async () => {
  const giving = new AbortController();
  const { pid, starting } = startSilent(giving.signal);
  expect(isThere(await pid)).toBe(true);
  giving.abort(new Error("not wanted any more"));
  await expect(starting).rejects.toThrow("not wanted any more");
  expect(isThere(await pid)).toBe(false);
});

test("nothing is started after it was given up", async () => {
  const began: number[] = [];
  const options = { name: "late", args: ["--version"], env: {}, isReady: async () => {}, tell: () => {} };
  const starting = startChild({ ...options, onStart: (pid) => began.push(pid), signal: AbortSignal.abort() });
  await expect(starting).rejects.toThrow("aborted");
  expect(began).toEqual([]);
});
