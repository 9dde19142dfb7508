import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type FakeSidecar, startFakeSidecar, type TestDatabase } from "../testing/index.ts";

let database: TestDatabase;
let sidecar: FakeSidecar;
beforeAll(async () => {
  database = await createTestDatabase("kit");
  sidecar = await startFakeSidecar({ "postgres-credentials-tiny": database.connectionString });
});
afterAll(async () => {
  await sidecar?.close();
  await database?.drop();
});

const program = fileURLToPath(new URL("tiny-service.ts", import.meta.url));
const run = (env: Record<string, string | undefined> = {}) =>
  spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, ...sidecar.env, LOG_LEVEL: "info", ...env },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
const ready = async (child: ChildProcess) => ((await once(child, "message"))[0] as { ready: number }).ready;
const ended = async (child: ChildProcess) => {
  const output = Promise.all([text(child.stdout!), text(child.stderr!)]);
  const [code] = await once(child, "exit");
  return { code, output: (await output).join("") };
};

describe("a service as a process", () => {
  it("answers, and finishes what it has begun when it is told to stop", async () => {
    const child = run();
    const end = ended(child);
    const port = await ready(child);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain("process_cpu_seconds_total");
    expect(metrics).toMatch(/^tend_build_info\{.*version="\d+\.\d+\.\d+".*\} 1$/m);
    const slow = fetch(`http://127.0.0.1:${port}/slow`);
    await once(child, "message");
    child.kill("SIGTERM");
    expect((await slow).status).toBe(200);
    expect((await end).code).toBe(0);
  });

  it("listens on the address that APP_HOST names, else on this machine only", async () => {
    for (const [env, there] of [
      [{ APP_HOST: "0.0.0.0" }, true],
      [{}, false],
    ] as const) {
      const child = run(env);
      const end = ended(child);
      // All of 127.0.0.0/8 is this machine; a service on 127.0.0.1 alone is not at the others of it.
      const elsewhere = fetch(`http://127.0.0.2:${await ready(child)}/health/live`);
      expect(
        await elsewhere.then(
          ({ status }) => status === 200,
          () => false,
        ),
      ).toBe(there);
      child.kill("SIGTERM");
      await end;
    }
  });

  it("stops when its parent is gone", async () => {
    const child = run({ TEND_PARENT_PIPE: "1" });
    const end = ended(child);
    await ready(child);
    child.stdin?.end();
    expect((await end).code).toBe(0);
  });

  it.each([
    ["an example secret", { APP_API_TOKEN: "change-me" }, /APP_API_TOKEN must have at least 16/],
    ["a name for an address", { APP_HOST: "everywhere" }, /APP_HOST must be an address to listen on/],
    ["a setting left out", { PUBLIC_URL: "" }, /PUBLIC_URL is missing/],
    ["a wrong sidecar token", { DAPR_API_TOKEN: "0123456789abcdefghij" }, /refused DAPR_API_TOKEN/],
  ])("says in one line why it cannot start: %s", async (_what, env, reason) => {
    const { code, output } = await ended(run(env));
    expect(code).toBe(1);
    const lines = output.trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: "fatal", msg: expect.stringMatching(reason) });
  });

  it("says which secret is missing", async () => {
    const before = sidecar.secrets["postgres-credentials-tiny"]!;
    delete sidecar.secrets["postgres-credentials-tiny"];
    const { code, output } = await ended(run());
    sidecar.secrets["postgres-credentials-tiny"] = before;
    expect([code, output]).toEqual([1, expect.stringContaining("the secret store has no postgres-credentials-tiny")]);
  });
});
