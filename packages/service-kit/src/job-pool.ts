import pg from "pg";
import { isTransientDatabaseError } from "./database.ts";
import type { Logger } from "./log.ts";

export type WorkerPoolOptions = { connectionString: string; schema: string; concurrency: number; log: Logger };

/** Beside the jobs: one listens, others add, prune and unlock. */
const poolSize = (concurrency: number) => concurrency + 4;
/** Database connections that jobs open at the most: the worker's pool, and the one that holds its lock. */
export const jobConnections = (concurrency: number): number => poolSize(concurrency) + 1;

/**
 * graphile-worker 0.17 marks jobs as done or failed without anyone handling a rejection, which would end the process when the database
 * drops a connection. It does try again after some codes: lost connections are given one of those here.
 */
export function createWorkerPool({ connectionString, schema, concurrency, log }: WorkerPoolOptions): pg.Pool {
  const application_name = `${schema} jobs`;
  const pool = new pg.Pool({ connectionString, application_name, max: poolSize(concurrency), keepAlive: true });
  pool.on("error", (error) => log.warn({ err: error }, "a job connection was lost"));
  pool.on("connect", (client) => {
    client.on("error", () => {});
    const query = client.query.bind(client) as (...values: unknown[]) => unknown;
    Object.assign(client, { query: (...values: unknown[]) => patient(query(...values)) });
  });
  const connect = pool.connect.bind(pool) as (callback?: unknown) => unknown;
  return Object.assign(pool, {
    // What is still to be marked when all is over waits for ever: the next start finds those jobs unlocked.
    connect: (callback?: unknown) => (pool.ending && !callback ? new Promise(() => {}) : patient(connect(callback))),
  });
}

const triedAgain = "57P03";

const patient = (result: unknown) =>
  result instanceof Promise
    ? result.catch((error: unknown) => {
        throw isTransientDatabaseError(error)
          ? Object.assign(new Error(String(error), { cause: error }), { code: triedAgain })
          : error;
      })
    : result;
