import { setInterval as every } from "node:timers/promises";
import pg from "pg";
import type { Pool, Queryable } from "./database.ts";
import { holdWorkerLock, unlockDeadWorkers, unlockForgotten } from "./job-locks.ts";
import { createWorkerPool } from "./job-pool.ts";
import { keepRunning } from "./job-runner.ts";
import type { Logger } from "./log.ts";
import type { Spans } from "./spans.ts";
import { currentTraceparent } from "./trace.ts";

export type JobRun = {
  /** 1 the first time. */
  attempt: number;
  isLastAttempt: boolean;
  log: Logger;
  signal: AbortSignal;
};
/** Throwing means: try again later, with a growing pause (2.7 s, 7.4 s, 20 s … 6 h). */
export type JobTask = (payload: unknown, run: JobRun) => Promise<void>;
export type JobOptions = {
  connectionString: string;
  /** The service's own schema; the worker's tables live in it beside the service's. */
  schema: string;
  pool: Pool;
  log: Logger;
  spans: Spans;
  tasks: Record<string, JobTask>;
  concurrency: number;
};
export type NewJob = {
  task: string;
  payload: unknown;
  runAt?: Date;
  /** Default 25. */
  maxAttempts?: number;
  /** Replaces a waiting job of the same key. */
  key?: string;
  /** Default: the trace in which the job is added. */
  traceparent?: string;
};
export type Jobs = {
  /** In bulk and inside the caller's transaction: the jobs exist if and only if it commits. */
  add(tx: Queryable, jobs: readonly NewJob[]): Promise<void>;
  /** Age in seconds of the oldest job of a task that will still be tried; 0 when none waits. */
  oldest(task: string): Promise<number>;
  /** Removes jobs that will never be tried again and queues nobody uses. */
  prune(): Promise<void>;
  stop(): Promise<void>;
};

/** The library creates the schema itself, which needs a right on the database that our roles lack; with this table it finds it there. */
const install = (pool: Pool, schema: string) =>
  pool.query(
    `create table if not exists ${schema}.migrations (id int primary key, ts timestamptz not null default now(), breaking boolean not null default false)`,
  );

export async function startJobs(options: JobOptions): Promise<Jobs> {
  const { connectionString, pool, log } = options;
  const schema = pg.escapeIdentifier(options.schema);
  await install(pool, schema);
  const workerPool = createWorkerPool(options);
  const lock = await holdWorkerLock(connectionString, log);
  const stopping = new AbortController();
  const active = new Set<string>();
  let stopRunner: () => Promise<void>;
  try {
    stopRunner = await keepRunning({ ...options, workerPool, active, hold: lock.hold });
    await unlockDeadWorkers(pool, schema, lock.held);
  } catch (error) {
    await lock.release();
    await workerPool.end();
    throw error;
  }
  const unlock = async () => {
    await unlockDeadWorkers(pool, schema, lock.held);
    await unlockForgotten(pool, schema, { own: lock.held(), active: [...active] });
  };
  const unlocking = keepUnlocking(unlock, stopping.signal, log);
  return {
    add: (tx, jobs) => addJobs(tx, schema, jobs),
    async oldest(task) {
      const { rows } = await pool.query<{ age: number }>(
        `select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age
         from ${schema}.jobs where task_identifier = $1 and attempts < max_attempts`,
        [task],
      );
      return rows[0]?.age ?? 0;
    },
    async prune() {
      await pool.query(
        `delete from ${schema}._private_jobs where attempts >= max_attempts and locked_at is null and updated_at < now() - interval '30 days'`,
      );
    },
    async stop() {
      stopping.abort();
      await Promise.all([unlocking, stopRunner()]);
      await lock.release();
      await workerPool.end();
    },
  };
}

async function keepUnlocking(unlock: () => Promise<unknown>, signal: AbortSignal, log: Logger) {
  try {
    for await (const _ of every(5_000, undefined, { signal, ref: false })) {
      await unlock().catch((error: unknown) => log.warn({ err: error }, "dead workers could not be looked for"));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function addJobs(tx: Queryable, schema: string, jobs: readonly NewJob[]) {
  if (jobs.length === 0) return;
  const current = currentTraceparent();
  const specs = jobs.map(({ task, payload, runAt, maxAttempts, key, traceparent = current }) => ({
    identifier: task,
    payload: { data: payload, ...(traceparent ? { traceparent } : {}) },
    run_at: runAt?.toISOString() ?? null,
    max_attempts: maxAttempts ?? null,
    job_key: key ?? null,
  }));
  await tx.query(
    `select count(*) from ${schema}.add_jobs(array(select json_populate_recordset(null::${schema}.job_spec, $1::json)))`,
    [JSON.stringify(specs)],
  );
}
