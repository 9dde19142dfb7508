import { withClient } from "@tend/service-kit/with-client";
import type pg from "pg";
import { counted } from "../engine/waiting.ts";
import { services } from "./apps.ts";
import { credentials, type Secrets } from "./secrets.ts";

const backend = "todo-backend";
const consumers = services.filter(({ appId }) => appId !== backend);

/** After the migrations: the backend may see what the others have handled, and each of them in which epoch it lives. */
export async function allowEpochs(adminUrl: string): Promise<void> {
  const statements = consumers.map(
    ({ appId, schema }) =>
      `grant usage on schema ${schema} to "${backend}"; grant select on ${schema}.inbox to "${backend}"; grant usage on schema todo to "${appId}";`,
  );
  await asTools(adminUrl, (client) => client.query(statements.join("\n")));
}

/**
 * Begins an epoch if the database has been restored since Tend ran on it last, and answers how many events are handed out again; null when
 * none was begun. `wasRestored`: someone says so, of a copy that cannot be told from its original.
 */
export function beginEpochIfRestored(secrets: Secrets, { wasRestored = false } = {}): Promise<number | null> {
  return asTools(secrets[credentials(backend)] ?? "", async (client) => {
    await client.query("set statement_timeout = 0; set transaction_timeout = 0");
    const { rows } = await client.query<{ again: number | null }>("select again from begin_epoch_if_restored($1)", [
      wasRestored,
    ]);
    return rows[0]?.again ?? null;
  });
}

export const restoredInWords = (again: number) =>
  `The database has been restored: open pages load anew, what was published since is passed over, and what nobody had handled (${counted(again, "event")}) is published again.`;

const asTools = <T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient({ connectionString, application_name: "tend launcher" }, work);
