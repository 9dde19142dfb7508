import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger, createPool, createSpans, type JobTask, type Pool, startJobs } from "../src/index.ts";
import { createTestDatabase, type TestDatabase, until } from "../testing/index.ts";

let database: TestDatabase;
let pool: Pool;
const log = createLogger("test", "silent");
beforeAll(async () => {
  database = await createTestDatabase("kit");
  pool = createPool({ connectionString: database.connectionString, applicationName: "test", log });
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});
const start = async (work: JobTask, concurrency = 2) =>
  startJobs({
    connectionString: database.connectionString,
    schema: "kit",
    pool,
    log,
    spans: await createSpans("test", undefined),
    tasks: { work },
    concurrency,
  });

describe("jobs", () => {
  it("run with an unprivileged role, added in bulk, and are tried again after a failure", async () => {
    const done: unknown[] = [];
    const jobs = await start(async (payload, { attempt }) => {
      if (payload === "fails once" && attempt === 1) throw new Error("later");
      done.push(payload);
    });
    await jobs.add(pool, [
      { task: "work", payload: "a" },
      { task: "work", payload: "fails once" },
    ]);
    await until(() => done.includes("a"));
    await pool.query("update _private_jobs set run_at = now() where attempts = 1");
    await until(() => done.includes("fails once"));
    await jobs.stop();
  });

  it("of a killed worker are given to a living one within seconds, those of a living worker are not", async () => {
    const running: unknown[] = [];
    const blocked = Promise.withResolvers<void>();
    // One worker, and that one busy: the orphan can only go to the other.
    const first = await start(async (payload) => {
      running.push(payload);
      await blocked.promise;
    }, 1);
    await first.add(pool, [{ task: "work", payload: "held" }]);
    await until(() => running.length === 1);
    expect(await first.oldest("work")).toBeGreaterThan(0);
    expect(await first.oldest("another")).toBe(0);
    // A worker that no longer lives: its id is on a job, its lock on no connection.
    await first.add(pool, [{ task: "work", payload: "orphan", runAt: new Date(Date.now() + 3_600_000) }]);
    await pool.query(
      `update _private_jobs set locked_by = 'pool-dead', locked_at = now() - interval '1 minute', run_at = now()
       where payload->>'data' = 'orphan'`,
    );
    await pool.query(
      "update _private_jobs set locked_at = now() - interval '1 minute' where payload->>'data' = 'held'",
    );
    const taken: unknown[] = [];
    const second = await start(async (payload) => {
      taken.push(payload);
    });
    await until(() => taken.length > 0);
    expect(taken).toEqual(["orphan"]);
    blocked.resolve();
    await Promise.all([first.stop(), second.stop()]);
    expect(running).toEqual(["held"]);
  });

  it("are all done in the end when the database drops every connection again and again", async () => {
    const done = new Set<unknown>();
    const jobs = await start(async (payload) => {
      await sleep(20);
      done.add(payload);
    });
    const payloads = Array.from({ length: 60 }, (_, index) => index);
    await jobs.add(
      pool,
      payloads.map((payload) => ({ task: "work", payload })),
    );
    for (let round = 1; round <= 4; round++) {
      await until(() => done.size >= round * 3);
      await database.dropConnections();
    }
    await until(() => done.size === payloads.length, 30);
    // None is left behind locked.
    await until(async () => (await pool.query("select 1 from _private_jobs")).rowCount === 0, 30);
    await jobs.stop();
  });

  it("that hang do not hold up the stop, and go back to the queue", async () => {
    const begun = Promise.withResolvers<void>();
    const jobs = await start(async () => {
      begun.resolve();
      await new Promise(() => {});
    });
    await jobs.add(pool, [{ task: "work", payload: "hangs" }]);
    await begun.promise;
    await jobs.stop();
    const { rows } = await pool.query("select locked_by, attempts from _private_jobs where payload->>'data' = 'hangs'");
    expect(rows).toEqual([{ locked_by: null, attempts: 1 }]);
  });
});
