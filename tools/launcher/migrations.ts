import { migrate, pendingMigrations } from "@tend/service-kit/migrate";
import { withClient } from "@tend/service-kit/with-client";
import { Fault } from "../bootstrap/fault.mjs";
import { schemas } from "./apps.ts";
import { credentials, type Secrets } from "./secrets.ts";

const each = (secrets: Secrets) =>
  schemas.map(({ role, schema, directory }) => ({
    schema,
    directory,
    connectionString: secrets[credentials(role)] ?? "",
  }));

/** Names of the migrations to come, as `schema/name`. */
export async function findPending(secrets: Secrets): Promise<string[]> {
  const found = await Promise.all(
    each(secrets).map(async (one) => (await pendingMigrations(one)).map((name) => `${one.schema}/${name}`)),
  );
  return found.flat();
}

/** Is there anything that a migration could spoil? */
export function hasData(adminUrl: string): Promise<boolean> {
  const text =
    "select exists (select from pg_tables where schemaname = any($1) and tablename = '_prisma_migrations') as found";
  const names = schemas.map(({ schema }) => schema);
  return withClient({ connectionString: adminUrl, application_name: "tend launcher" }, async (client) => {
    const { rows } = await client.query(text, [names]);
    return rows[0].found;
  });
}

export async function applyMigrations(secrets: Secrets): Promise<void> {
  const results = await Promise.allSettled(each(secrets).map(migrate));
  const failed = results.find((result) => result.status === "rejected");
  if (!failed) return;
  const reason = failed.reason instanceof Error ? failed.reason.message : String(failed.reason);
  throw new Fault(
    `The database could not be brought up to date: ${reason}. Nothing of that migration has been kept; start the earlier version of Tend again, or report this.`,
  );
}
