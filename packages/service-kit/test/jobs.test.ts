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

  it("go on after the database dropped every connection", async () => {
    const done: unknown[] = [];
    const jobs = await start(async (payload) => {
      done.push(payload);
    });
    for (let round = 0; round < 3; round++) {
      // From a connection that is not among those ended.
      await pool
        .query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        )
        .catch(() => {});
      await until(() =>
        jobs.add(pool, [{ task: "work", payload: round }]).then(
          () => true,
          () => false,
        ),
      );
      await until(() => done.includes(round));
    }
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
