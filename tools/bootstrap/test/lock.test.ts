import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "../lock.mjs";
import { identify, isRunning } from "../process-identity.mjs";

const folder = () => join(mkdtempSync(join(tmpdir(), "tend-lock-")), "lock");
const signal = new AbortController().signal;

test("what runs under the lock never overlaps", async () => {
  const options = { folder: folder(), signal };
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all([1, 2, 3, 4].map(() => withLock(options, work)));
  expect(most).toBe(1);
});

test("the lock of a process that was killed is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const owner = identify(child.pid ?? 0);
  expect(isRunning(owner)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  const taken = folder();
  mkdirSync(taken);
  writeFileSync(join(taken, "owner.json"), JSON.stringify(owner));
  expect(await withLock({ folder: taken, signal }, async () => "mine")).toBe("mine");
});

test("a pid given to another process does not hold the lock", () => {
  expect(isRunning({ pid: process.pid, started: "another boot:1" })).toBe(false);
});
