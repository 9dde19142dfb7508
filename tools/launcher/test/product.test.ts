import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isRunning } from "../../bootstrap/process-identity.mjs";
import { RunFile } from "../run-file.ts";
import { newPlace, type Place, startTend, stopTend, type Tend, untilReady } from "./tend.ts";

let place: Place;
let tend: Tend;
const account = { name: "Ada", email: "ada@example.org", password: "correct horse battery staple" };
/** The first start may build the UI. */
const buildLimit = 300_000;

beforeAll(async () => {
  place = await newPlace();
  tend = startTend(place, { env: { SMTP_URL: "smtp://127.0.0.1:1" } });
  await untilReady(tend);
  expect((await post("sign-up")).status).toBe(200);
}, buildLimit);
afterAll(async () => {
  if (isRunning({ pid: tend.process.pid ?? 0, started: RunFile.read(place.dataFolder)?.launcher.started }))
    await stopTend(tend);
  await place.remove();
});

const post = (what: "sign-up" | "sign-in") =>
  fetch(`${place.base}/api/auth/${what}/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: place.base },
    body: JSON.stringify(what === "sign-up" ? account : { email: account.email, password: account.password }),
  });
const processes = () => {
  const run = RunFile.read(place.dataFolder);
  return run ? [run.launcher, ...Object.values(run.processes)] : [];
};
const mode = (name: string) => (statSync(join(place.dataFolder, name)).mode & 0o777).toString(8);
const secrets = () => JSON.parse(readFileSync(join(place.dataFolder, "secrets.json"), "utf8"));

test("secrets are made, long, different, and readable by the owner only", () => {
  expect(["secrets.json", "postgres-password", "run.json"].map(mode)).toEqual(["600", "600", "600"]);
  expect(mode("postgres")).toBe("700");
  const { "jwt-secret": jwt, "smtp-secret": smtp, ...credentials } = secrets();
  expect(jwt.length).toBeGreaterThanOrEqual(43);
  expect(smtp).toBe("smtp://127.0.0.1:1");
  const passwords = Object.values<string>(credentials).map((url) => new URL(url).password);
  expect(new Set(passwords).size).toBe(5);
});

test("no child has a secret of the settings in its environment", () => {
  const pids = Object.values(RunFile.read(place.dataFolder)?.processes ?? {}).map(({ pid }) => pid);
  for (const pid of process.platform === "linux" ? pids : []) {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    expect(environment.filter((entry) => /^(SMTP_URL|SENDGRID_API_KEY|DATABASE_URL)=/.test(entry))).toEqual([]);
  }
});

test("every service has a role of its own that sees only its own schema", async () => {
  const client = new pg.Client(secrets()["postgres-credentials-audit-service"]);
  await client.connect();
  await expect(client.query("select from todo.users")).rejects.toThrow("permission denied");
  const { rows } = await client.query(
    "select current_setting('transaction_timeout') as timeout, current_schema() as schema",
  );
  expect(rows).toEqual([{ timeout: "30s", schema: "audit" }]);
  await client.end();
});

test("a second start on the folder is refused, and says who has it", async () => {
  const other = startTend({ ...place, port: place.port + 1 });
  expect(await other.ended).toBe(1);
  expect(other.output()).toMatch(
    new RegExp(`^The data folder .* is in use .*process ${tend.process.pid}, ${place.base}.*DATA_DIR\\.\n$`),
  );
});

test("kill -9 of the launcher alone: the next start works, quickly, and nothing is lost", async () => {
  tend.process.kill("SIGKILL");
  await tend.ended;
  tend = startTend(place);
  await untilReady(tend);
  expect((await post("sign-in")).status).toBe(200);
  expect(secrets()["smtp-secret"]).toBeUndefined();
});

test("Ctrl-C stops everything, cleanly and soon", async () => {
  const left = processes();
  expect(left.length).toBeGreaterThanOrEqual(3);
  const { code, ms } = await stopTend(tend);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5_000);
  expect(left.filter(isRunning)).toEqual([]);
  expect(existsSync(join(place.dataFolder, "run.json"))).toBe(false);
  expect(readFileSync(join(place.dataFolder, "postgres.log"), "utf8").trimEnd()).toMatch(
    /database system is shut down$/,
  );
});

test("kill -9 of every process at once: the next start works and nothing is lost", async () => {
  tend = startTend(place, { args: ["--processes"] });
  await untilReady(tend);
  const all = processes();
  expect(all.length).toBe(8);
  for (const { pid } of all) process.kill(pid, "SIGKILL");
  await tend.ended;
  tend = startTend(place, { args: ["--processes"] });
  await untilReady(tend);
  expect((await post("sign-in")).status).toBe(200);
});

test.each(["todo-backend", "sidecar", "todo-frontend", "postgres"])(
  "%s comes back on its port when it is killed",
  async (name) => {
    const before = RunFile.read(place.dataFolder)?.processes[name];
    process.kill(before?.pid ?? 0, "SIGKILL");
    const now = () => RunFile.read(place.dataFolder)?.processes[name];
    await expect.poll(() => now()?.pid, { timeout: 10_000 }).not.toBe(before?.pid);
    expect(now()?.port).toBe(before?.port);
    await expect.poll(async () => (await fetch(`${place.base}/health`)).status, { timeout: 20_000 }).toBe(200);
  },
);

test("a migration is pending: the stopped cluster is copied first, and three copies are kept", async () => {
  await stopTend(tend);
  for (let round = 0; round < 4; round++) {
    tend = startTend(place);
    await untilReady(tend);
    if (round > 0) expect(tend.output()).toContain("The copy is in");
    const client = new pg.Client(RunFile.read(place.dataFolder)?.databaseUrl);
    await client.connect();
    await client.query(
      `drop schema audit cascade; create table if not exists public.mark_${randomBytes(4).toString("hex")} ()`,
    );
    await client.end();
    await stopTend(tend);
  }
  tend = startTend(place);
  await untilReady(tend);
  expect((await post("sign-in")).status).toBe(200);
  await stopTend(tend);
  const copies = readdirSync(join(place.dataFolder, "copies"));
  expect(copies).toHaveLength(3);
  expect(existsSync(join(place.dataFolder, "copies", copies[0] ?? "", "postmaster.pid"))).toBe(false);
});
