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
const start = async (work: JobTask) =>
  startJobs({
    connectionString: database.connectionString,
    schema: "kit",
    pool,
    log,
    spans: await createSpans("test", undefined),
    tasks: { work },
    concurrency: 2,
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
    const first = await start(async (payload) => {
      running.push(payload);
      await blocked.promise;
    });
    await first.add(pool, [{ task: "work", payload: "held" }]);
    await until(() => running.length === 1);
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
});
