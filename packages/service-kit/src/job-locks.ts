import pg from "pg";
import type { Queryable } from "./database.ts";
import type { Logger } from "./log.ts";

const keyOf = "hashtextextended('job-worker:' || $1, 0)";

/**
 * A worker's jobs stay locked for 4 hours after a kill -9. Each worker therefore holds a session advisory lock on a connection of its own:
 * once that connection is gone, any replica may unlock its jobs.
 */
export async function holdWorkerLock(connectionString: string, log: Logger) {
  let client: pg.Client | undefined;
  let workerId: string | undefined;
  let released = false;
  let timer: NodeJS.Timeout | undefined;

  async function connect() {
    const next = new pg.Client({ connectionString, application_name: "job worker lock", keepAlive: true });
    next.on("error", () => {});
    next.once("end", () => {
      if (client === next) client = undefined;
      reconnectSoon();
    });
    await next.connect();
    client = next;
    if (workerId) await lock();
  }
  const lock = () => client?.query(`select pg_advisory_lock(${keyOf})`, [workerId]);
  // A connection that is refused both fails and ends: one attempt must not lead to two.
  function reconnectSoon() {
    if (timer || released) return;
    timer = setTimeout(() => {
      timer = undefined;
      connect().catch((error: unknown) => {
        log.warn({ err: error }, "the job lock's connection could not be opened again");
        reconnectSoon();
      });
    }, 500);
    timer.unref();
  }

  await connect();
  return {
    hold(id: string) {
      if (workerId) client?.query(`select pg_advisory_unlock(${keyOf})`, [workerId]).catch(() => {});
      workerId = id;
      lock()?.catch((error: unknown) => log.warn({ err: error }, "the job lock could not be taken"));
    },
    held: () => workerId,
    async release() {
      released = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}

/** Gives the jobs of workers whose lock is free back to the queue. Two seconds of grace: a worker takes its lock just before its first job. */
export async function unlockDeadWorkers(
  pool: Queryable,
  schema: string,
  own: () => string | undefined,
): Promise<string[]> {
  const { rows } = await pool.query<{ dead: string[] | null }>(
    `with held as materialized (
       select distinct locked_by as id from ${schema}._private_jobs
       where locked_by is not null and locked_by is distinct from $1 and locked_at < now() - interval '2 seconds'
     ), free as materialized (
       select id from held where pg_try_advisory_xact_lock(hashtextextended('job-worker:' || id, 0))
     ), dead as (select array_agg(id) as ids from free)
     select ids as dead, ${schema}.force_unlock_workers(ids) from dead where ids is not null`,
    [own() ?? null],
  );
  return rows[0]?.dead ?? [];
}

/** Jobs that were handed to our own worker while its connection broke, so that it never heard of them. */
export async function unlockForgotten(
  pool: Queryable,
  schema: string,
  worker: { own: string | undefined; active: string[] },
) {
  await pool.query(
    `update ${schema}._private_jobs set locked_at = null, locked_by = null
     where locked_by = $1 and id <> all ($2::bigint[]) and locked_at < now() - interval '15 seconds'`,
    [worker.own ?? null, worker.active],
  );
}
