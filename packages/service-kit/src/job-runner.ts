import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type JobHelpers, type Runner, run, type TaskList, Logger as WorkerLogger } from "graphile-worker";
import type pg from "pg";
import type { JobOptions, JobTask } from "./jobs.ts";
import { inTrace } from "./trace.ts";

/** Jobs that have not ended this long after the stop are given back to the queue. */
const graceMs = 3_000;
/** Before the workers are started again after they gave up, as they do when the database stays away. */
const restartMs = 500;

type RunnerOptions = JobOptions & {
  workerPool: pg.Pool;
  /** Ids of the jobs that run here now; kept up to date. */
  active: Set<string>;
  hold(workerId: string): void;
};

/** Workers that outlive the database's restarts. Rejects only when the first start fails. */
export async function keepRunning(options: RunnerOptions): Promise<() => Promise<void>> {
  const { log } = options;
  const stopping = new AbortController();
  let runner = await startRunner(options);
  const restart = async (): Promise<Runner> => {
    for (;;) {
      await sleep(restartMs, undefined, { signal: stopping.signal });
      try {
        return await startRunner(options);
      } catch (error) {
        log.warn({ err: error }, "the job workers could not be started again yet");
      }
    }
  };
  const supervise = async () => {
    while (!stopping.signal.aborted) {
      await runner.promise.catch((error: unknown) => log.warn({ err: error }, "the job workers gave up"));
      if (!stopping.signal.aborted) runner = await restart();
    }
  };
  const supervising = supervise().catch(() => {});
  return async () => {
    stopping.abort();
    await Promise.race([runner.stop().catch(() => {}), sleep(graceMs + 1_000, undefined, { ref: false })]);
    await Promise.race([supervising, sleep(restartMs, undefined, { ref: false })]);
  };
}

async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { schema, concurrency, log, workerPool, hold } = options;
  const events = new EventEmitter();
  events.on("pool:create", (created: { workerPool: { id: string } }) => hold(created.workerPool.id));
  const levels = { error: "warn", warning: "warn", info: "debug", debug: "trace" } as const;
  const runner = await run({
    pgPool: workerPool,
    schema,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    gracefulShutdownAbortTimeout: graceMs,
    events,
    logger: new WorkerLogger(() => (level, message) => log[levels[level]](message)),
    taskList: toTaskList(options),
  });
  runner.promise.catch(() => {});
  return runner;
}

/** Jobs carry the trace of the request or event that added them. */
function toTaskList({ tasks, log, spans, active }: RunnerOptions): TaskList {
  const traced =
    (name: string, task: JobTask) =>
    async (payload: unknown, { job, abortSignal: signal, abortPromise }: JobHelpers) => {
      const { data, traceparent } = payload as { data: unknown; traceparent?: string };
      const span = spans.start(name, "consumer", traceparent);
      const state = { attempt: job.attempts, isLastAttempt: job.attempts >= job.max_attempts, log, signal };
      active.add(job.id);
      await inTrace(span.trace, () => Promise.race([task(data, state), abortPromise])).finally(() => {
        active.delete(job.id);
        span.end();
      });
    };
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, traced(name, task)]));
}
