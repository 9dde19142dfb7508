import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "../../bootstrap/folders.mjs";

const recent = {
  go: "go version go1.26.8 linux/amd64",
  java: 'openjdk version "21.0.1" 2025-10-21',
  mvn: "Apache Maven 3.9.9",
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tend-programs-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("PATH", `${join(folder, "bin")}${delimiter}${process.env.PATH}`);
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Stand-ins that say a version, and do nothing else; `broken` ones cannot do anything else either. */
function install(versions: typeof recent, broken = false) {
  mkdirSync(join(folder, "bin"), { recursive: true });
  for (const [name, version] of Object.entries(versions)) {
    const file = join(folder, "bin", name);
    const work = broken ? "echo 'no way out' >&2; exit 1" : "exit 0";
    writeFileSync(file, `#!/bin/sh\ncase "$1" in version|-version|-v) echo '${version}';; *) ${work};; esac\n`);
    chmodSync(file, 0o755);
  }
}

async function testStack() {
  const child = spawn(process.execPath, [join(root, "tools/test-stack.ts"), "trace"], { env: process.env });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const [said, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { said, complaint, code };
}

test("what is too old is missing as what is not there is", async () => {
  const { missingForStack, missingForDapr } = await import("../programs.ts");
  install({ go: "go version go1.22.2 linux/amd64", java: 'openjdk version "11.0.2"', mvn: "" });
  expect(await missingForStack()).toEqual(["Go 1.26", "Java 17", "Maven 3"]);
  expect(await missingForDapr()).toEqual(["Go 1.26"]);
  install(recent);
  expect(await missingForStack()).toEqual([]);
});

test("what is made already asks for nothing but Java, which runs the broker", async () => {
  const { buildDapr, fetchKafka, missingForStack, missingForDapr } = await import("../programs.ts");
  install(recent);
  const making = { tell: () => {}, signal: new AbortController().signal };
  await buildDapr(making);
  await fetchKafka(making);
  install({ go: "", java: "", mvn: "" });
  expect(await missingForDapr()).toEqual([]);
  expect(await missingForStack()).toEqual(["Java 17"]);
});

test("the tests of the stack are left out, aloud, where it cannot be made", async () => {
  install({ ...recent, go: "go version go1.22.2 linux/amd64" });
  const { said, complaint } = await testStack();
  expect(said).toMatch(/\nLEFT OUT on the stack: trace; this machine has no Go 1\.26 \(or newer\)\.\n/);
  expect(said).toMatch(/\n0 passed, 0 failed\n$/);
  expect(complaint).toBe("");
});

test("the tests of the stack have failed once where it cannot be made after all", async () => {
  install(recent, true);
  const { said, complaint, code } = await testStack();
  expect(complaint).toMatch(/^building Dapr's sidecar .*: failed\. Its last words:\nno way out\n$/);
  expect(said).toMatch(/\n0 passed, 1 failed\n$/);
  expect(code).toBe(1);
});
