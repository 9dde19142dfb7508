import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { isRunning, startTime } from "../../bootstrap/process-identity.mjs";
import { type Server, startServer } from "../server.ts";

const made: string[] = [];
const running: Server[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

function newFolder(mode = 0o711) {
  const folder = mkdtempSync(join(tmpdir(), "tend-server-"));
  chmodSync(folder, mode);
  made.push(folder);
  return folder;
}
async function start(folder: string) {
  const server = await startServer({ folder: join(folder, "cluster"), password: "a password" });
  running.push(server);
  return server;
}
async function ask(server: Server, text: string): Promise<unknown> {
  const client = new pg.Client(server.url("postgres"));
  await client.connect();
  const { rows } = await client.query({ text, rowMode: "array" });
  await client.end();
  return rows[0]?.[0];
}

test("what was committed is there after kill -9, at the next start", async () => {
  const folder = newFolder();
  const server = await start(folder);
  await ask(server, "create table kept as select 42 as answer");
  process.kill(server.pid, "SIGKILL");
  await server.ended;
  expect(await ask(await start(folder), "select answer from kept")).toBe(42);
});

test("letters compare beyond ASCII", async () => {
  expect(await ask(await start(newFolder()), "select 'ÄPFEL' ilike '%äpfel%'")).toBe(true);
});

test("a server whose starter is killed ends by itself", async () => {
  const folder = newFolder();
  const program = `import { startServer } from ${JSON.stringify(join(import.meta.dirname, "../server.ts"))};
    const server = await startServer({ folder: ${JSON.stringify(join(folder, "cluster"))}, password: "a password" });
    console.log(server.pid);`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(starter.stdout, "data");
  const server = { pid: Number(line), started: startTime(Number(line)) };
  expect(isRunning(server)).toBe(true);
  starter.kill("SIGKILL");
  await expect.poll(() => isRunning(server), { timeout: 10_000 }).toBe(false);
});

test("a second start ends the server that was left on the folder", async () => {
  const folder = newFolder();
  const first = await start(folder);
  const second = await start(folder);
  await first.ended;
  expect(second.pid).not.toBe(first.pid);
  expect(await ask(second, "select 1")).toBe(1);
});

test.runIf(process.getuid?.() === 0)(
  "from root it runs as another account, also below a folder closed to that account",
  async () => {
    const closed = newFolder(0o700);
    const folder = join(closed, "data");
    mkdirSync(folder, { mode: 0o700 });
    const server = await start(folder);
    expect(await ask(server, "select 1")).toBe(1);
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
    expect([closed, folder].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(/CapEff:\t0000000000000002/);
  },
);
