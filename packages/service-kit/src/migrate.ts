import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { withClient } from "./with-client.ts";

export type Migrations = {
  connectionString: string;
  /** Folder that holds `<YYYYMMDDHHMMSS_name>/migration.sql`, Prisma's layout. */
  directory: string;
  /** Must exist already; the role of the connection string owns it. */
  schema: string;
};
type Migration = { name: string; sql: string; checksum: string };

/**
 * Applies what is missing, each migration in a transaction of its own, and returns the names applied. Safe to run at the same time twice.
 * A `create index concurrently`, alone in its migration, is made outside a transaction: nobody who writes waits for it.
 */
export async function migrate(options: Migrations): Promise<string[]> {
  return inSchema(options, async (client) => {
    await takeTurn(client, options.schema);
    await createRecord(client);
    const missing = await findMissing(client, options.directory);
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  });
}

/** Names of the migrations that `migrate` would apply. */
export async function pendingMigrations(options: Migrations): Promise<string[]> {
  return inSchema(options, async (client) => {
    const { rows } = await client.query("select to_regclass('_prisma_migrations') is not null as present");
    if (!rows[0].present) return (await readMigrations(options.directory)).map(({ name }) => name);
    return (await findMissing(client, options.directory)).map(({ name }) => name);
  });
}

const inSchema = <T>({ connectionString, schema }: Migrations, work: (client: pg.Client) => Promise<T>) =>
  withClient({ connectionString, application_name: `migrate ${schema}` }, async (client) => {
    await client.query(
      `set search_path = ${client.escapeIdentifier(schema)}; set statement_timeout = 0; set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0`,
    );
    return work(client);
  });

/** Asked again and again: an index that is made waits for every statement that runs, and so for one that would wait for its end. */
async function takeTurn(client: pg.Client, schema: string) {
  const text = "select pg_try_advisory_lock(hashtextextended('migrate:' || $1, 0)) as taken";
  while (!(await client.query(text, [schema])).rows[0].taken) await sleep(100);
}

// The table that `prisma migrate` keeps, so that its commands understand a database migrated here.
const createRecord = (client: pg.Client) =>
  client.query(`create table if not exists _prisma_migrations (
    id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
    logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`);

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function findMissing(client: pg.Client, directory: string) {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    "select migration_name as name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const migrations = await readMigrations(directory);
  const changed = migrations.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
  if (changed)
    throw new Error(`migration ${changed.name} was changed after it had been applied; add a new one instead`);
  return migrations.filter(({ name }) => !applied.has(name));
}

/**
 * While a migration waits for a table, whoever asks for that table waits behind it: after a second it lets them pass, and tries again
 * a second later, for ten minutes.
 */
const lockTimeout = "1s";
const attempts = 300;

async function apply(client: pg.Client, migration: Migration) {
  for (let left = attempts; ; left--) {
    try {
      return await applyOnce(client, migration);
    } catch (error) {
      await client.query("rollback").catch(() => {});
      const isLockedOut = error instanceof pg.DatabaseError && error.code === "55P03";
      const reason = error instanceof Error ? error.message : error;
      if (!isLockedOut || left === 1)
        throw new Error(`migration ${migration.name} failed: ${reason}`, { cause: error });
    }
    await sleep(1_000);
  }
}

async function applyOnce(client: pg.Client, migration: Migration) {
  const [, index] = indexAlone.exec(migration.sql.replaceAll(/^\s*--.*$/gm, "").trim()) ?? [];
  if (index) {
    // What a try that failed has left of it is of no use.
    await client.query(`drop index concurrently if exists ${index}`);
    await client.query(migration.sql);
    await record(client, migration);
    return;
  }
  await client.query(`begin; set local lock_timeout = '${lockTimeout}'`);
  await client.query(migration.sql);
  await record(client, migration);
  await client.query("commit");
}

const indexAlone = /^create (?:unique )?index concurrently (\w+) on [^;]+;?$/i;

const record = (client: pg.Client, { name, checksum }: Migration) =>
  client.query(
    "insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ($1, $2, $3, now(), 1)",
    [randomUUID(), checksum, name],
  );
