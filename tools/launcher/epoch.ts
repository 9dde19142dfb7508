import { withClient } from "@tend/service-kit/with-client";
import type pg from "pg";
import { counted } from "../engine/waiting.ts";
import { services } from "./apps.ts";
import { credentials, type Secrets } from "./secrets.ts";

const backend = "todo-backend";

/** What people say of a database that has nothing of its own to tell it by. */
export type Said = {
  /** It has been put back just now. */
  wasRestored?: boolean;
  /** It began as a copy, maybe of a time before epochs: if so, this is the first start on it, and no mere upgrade. */
  isCopy?: boolean;
};

/**
 * After the migrations: begins an epoch if the database has been restored since Tend ran on it last, and answers how many events are
 * handed out again; null when none was begun. Only then may the services ask, so that none on a new schema asks before what is said counts.
 */
export async function prepareEpochs(adminUrl: string, secrets: Secrets, said: Said = {}): Promise<number | null> {
  const allow = (grant: (service: (typeof services)[number]) => string, to: readonly (typeof services)[number][]) =>
    asTools(adminUrl, (client) => client.query(to.map(grant).join("\n")));
  await allow(
    ({ schema }) => `grant usage on schema ${schema} to "${backend}"; grant select on ${schema}.inbox to "${backend}";`,
    services.filter(({ appId }) => appId !== backend),
  );
  const again = await beginEpochIfRestored(secrets, said);
  await allow(
    ({ appId }) =>
      `grant usage on schema todo to "${appId}"; grant execute on function todo.begin_epoch_if_restored() to "${appId}";`,
    services,
  );
  return again;
}

function beginEpochIfRestored(secrets: Secrets, { wasRestored = false, isCopy = false }: Said) {
  return asTools(secrets[credentials(backend)] ?? "", async (client) => {
    await client.query("set statement_timeout = 0; set transaction_timeout = 0");
    const { rows } = await client.query<{ again: number | null }>(
      `select again from begin_epoch_if_restored(
        $1 or ($2 and not exists (select from feed_epochs where lineage is not null)))`,
      [wasRestored, isCopy],
    );
    return rows[0]?.again ?? null;
  });
}

export const restoredInWords = (again: number) =>
  `The database has been restored: open pages load anew, what was published since is passed over, and what nobody had handled (${counted(again, "event")}) is published again.`;

const asTools = <T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient({ connectionString, application_name: "tend launcher" }, work);
