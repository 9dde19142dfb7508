import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listen } from "../lib/realtime/stream";

/** A browser's, of which a server only ever says no. */
class RefusedSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened = 0;
  readonly readyState = RefusedSource.CLOSED;
  onerror = () => {};
  constructor() {
    super();
    RefusedSource.opened++;
    queueMicrotask(() => this.onerror());
  }
  close() {}
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", RefusedSource);
  // A browser for each: none waits for the lock of another.
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("pages that were refused in one moment ask again over five seconds, not all at once", async () => {
  const pages = Array.from({ length: 40 }, () => listen(vi.fn(), () => ""));
  const askedIn = async (ms: number) => {
    const before = RefusedSource.opened;
    await vi.advanceTimersByTimeAsync(ms);
    return RefusedSource.opened - before;
  };
  expect(RefusedSource.opened).toBe(40);
  expect(await askedIn(4_999)).toBe(0);
  const [first, second] = [await askedIn(2_501), await askedIn(2_499)];
  for (const stop of pages) stop();
  expect(first).toBeGreaterThan(5);
  expect(second).toBeGreaterThan(5);
  expect(first + second).toBe(40);
});
