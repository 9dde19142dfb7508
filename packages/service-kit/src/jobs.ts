import { EventEmitter } from "node:events";
import { setInterval as every } from "node:timers/promises";
import { type JobHelpers, type Runner, run, type TaskList, Logger as WorkerLogger } from "graphile-worker";
import pg from "pg";
import type { Pool, Queryable } from "./database.ts";
import { holdWorkerLock, unlockDeadWorkers } from "./job-locks.ts";
import type { Logger } from "./log.ts";
import type { Spans } from "./spans.ts";
import { currentTraceparent, inTrace } from "./trace.ts";

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
  const { connectionString, pool, log, concurrency } = options;
  const schema = pg.escapeIdentifier(options.schema);
  await install(pool, schema);
  const workerPool = new pg.Pool({
    connectionString,
    application_name: `${options.schema} jobs`,
    max: 5,
    keepAlive: true,
  });
  workerPool.on("connect", (client) => client.on("error", () => {}));
  workerPool.on("error", (error) => log.warn({ err: error }, "a job connection was lost"));
  const lock = await holdWorkerLock(connectionString, log);
  const stopping = new AbortController();
  let runner: Runner;
  try {
    runner = await startRunner(options, workerPool, lock.hold);
    await unlockDeadWorkers(pool, schema, lock.held);
  } catch (error) {
    await lock.release();
    await workerPool.end();
    throw error;
  }
  const unlocking = keepUnlocking(() => unlockDeadWorkers(pool, schema, lock.held), stopping.signal, log);
  log.debug({ concurrency }, "jobs started");
  return {
    add: (tx, jobs) => addJobs(tx, schema, jobs),
    async prune() {
      await pool.query(
        `delete from ${schema}._private_jobs where attempts >= max_attempts and locked_at is null and updated_at < now() - interval '30 days'`,
      );
    },
    async stop() {
      stopping.abort();
      await unlocking;
      await runner.stop().catch((error: unknown) => log.warn({ err: error }, "jobs did not stop cleanly"));
      await lock.release();
      await workerPool.end();
    },
  };
}

async function startRunner(
  { schema, tasks, concurrency, log, spans }: JobOptions,
  pgPool: pg.Pool,
  hold: (id: string) => void,
) {
  const events = new EventEmitter();
  events.on("pool:create", ({ workerPool }: { workerPool: { id: string } }) => hold(workerPool.id));
  const runner = await run({
    pgPool,
    schema,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    events,
    logger: new WorkerLogger(() => (level, message) => {
      log[level === "error" ? "error" : level === "warning" ? "warn" : "debug"](message);
    }),
    taskList: toTaskList(tasks, log, spans),
  });
  // Its promise rejects when the database goes away for long; the process must outlive that.
  runner.promise.catch((error: unknown) => log.error({ err: error }, "jobs stopped"));
  return runner;
}

/** Jobs carry the trace of the request or event that added them. */
function toTaskList(tasks: Record<string, JobTask>, log: Logger, spans: Spans): TaskList {
  const traced =
    (name: string, task: JobTask) =>
    async (payload: unknown, { job, abortSignal: signal }: JobHelpers) => {
      const { data, traceparent } = payload as { data: unknown; traceparent?: string };
      const span = spans.start(name, "consumer", traceparent);
      const state = { attempt: job.attempts, isLastAttempt: job.attempts >= job.max_attempts, log, signal };
      await inTrace(span.trace, () => task(data, state)).finally(() => span.end());
    };
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, traced(name, task)]));
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
