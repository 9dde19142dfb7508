import type { Logger } from "./log.ts";
import { withClient } from "./with-client.ts";

type Begun = { since: number; again: number | null };
type Where = { connectionString: string; log: Logger };

/**
 * The epoch from which on events are to be handled, 0 for all; begins it when this database has been restored and nothing of Tend runs
 * on it yet (the backend's `begin_epoch_if_restored`, which a service alone on its database does without).
 */
export function findEpoch({ connectionString, log }: Where): Promise<number> {
  return withClient({ connectionString, application_name: "tend epoch" }, async (client) => {
    await client.query("set statement_timeout = 0; set transaction_timeout = 0");
    const known = await client.query(`
      select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'todo' and p.proname = 'begin_epoch_if_restored' and has_schema_privilege(n.oid, 'usage')`);
    if (known.rowCount === 0) return 0;
    const { rows } = await client.query<Begun>("select since, again from todo.begin_epoch_if_restored()");
    const { since = 0, again = null } = rows[0] ?? {};
    if (again !== null) log.warn({ epoch: since, again }, "the database has been restored: a new epoch begins");
    return since;
  });
}
