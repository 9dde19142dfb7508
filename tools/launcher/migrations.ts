import { migrate, pendingMigrations } from "@tend/service-kit/migrate";
import pg from "pg";
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
export async function hasData(adminUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: "tend launcher" });
  await client.connect();
  try {
    const names = schemas.map(({ schema }) => schema);
    const { rows } = await client.query(
      "select exists (select from pg_tables where schemaname = any($1) and tablename = '_prisma_migrations') as found",
      [names],
    );
    return rows[0].found;
  } finally {
    await client.end();
  }
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
