import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "./log.ts";
import { withClient } from "./with-client.ts";

type Begun = { since: number; again: number | null };
type Where = { connectionString: string; log: Logger; signal: AbortSignal };

/**
 * The epoch from which on events are to be handled, 0 for all; begins it when this database has been restored and nothing of Tend runs
 * on it yet. That is the backend's to know: waits until someone has let this role ask it, and is 0 where no backend shares the database.
 */
export async function findEpoch({ connectionString, log, signal }: Where): Promise<number> {
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    const begun = await withClient({ connectionString, application_name: "tend epoch" }, ask);
    if (begun) {
      const { since, again } = begun;
      if (again !== null) log.warn({ epoch: since, again }, "the database has been restored: a new epoch begins");
      return since;
    }
    log.info("waiting to be let ask for the epoch");
    await sleep(pause, undefined, { signal });
  }
}

/** Null: not allowed yet. */
async function ask(client: pg.Client): Promise<Begun | null> {
  await client.query("set statement_timeout = 0; set transaction_timeout = 0");
  const { rows } = await client.query<{ isAllowed: boolean }>(`
    select has_schema_privilege(n.oid, 'usage') and exists (
      select from pg_proc p where p.pronamespace = n.oid and p.proname = 'begin_epoch_if_restored' and p.pronargs = 0
        and has_function_privilege(p.oid, 'execute')) as "isAllowed"
    from pg_namespace n where n.nspname = 'todo'`);
  const [backend] = rows;
  if (!backend) return { since: 0, again: null };
  if (!backend.isAllowed) return null;
  const begun = await client.query<Begun>("select since, again from todo.begin_epoch_if_restored()");
  return begun.rows[0] ?? null;
}
