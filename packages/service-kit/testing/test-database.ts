import { randomBytes } from "node:crypto";
import pg from "pg";
import { migrate } from "../src/migrate.ts";
import { withClient } from "../src/with-client.ts";

export type TestDatabase = {
  connectionString: string /** As the service's own, unprivileged role. */;
  pool: pg.Pool;
  /** Ends every other connection, as a restart of the database does. */
  dropConnections(): Promise<void>;
  drop(): Promise<void>;
};

/** A database of its own with one schema, owned by a role as unprivileged as a service's. */
export async function createTestDatabase(schema: string, migrations?: string): Promise<TestDatabase> {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error("TEST_DATABASE_URL is not set: it names a PostgreSQL on which tests may create databases");
  const name = `t_${randomBytes(6).toString("hex")}`;
  await asAdministrator(url, `create role ${name} login password 'tested'`);
  await asAdministrator(url, `create database ${name}`);
  const inside = new URL(url);
  inside.pathname = `/${name}`;
  await asAdministrator(
    inside.href,
    `create schema ${schema} authorization ${name};
     alter role ${name} set search_path = ${schema};
     alter role ${name} set statement_timeout = '15s';
     alter role ${name} set transaction_timeout = '30s'`,
  );
  inside.username = name;
  inside.password = "tested";
  const connectionString = inside.href;
  if (migrations) await migrate({ connectionString, directory: migrations, schema });
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on("error", () => {});
  return {
    connectionString,
    pool,
    dropConnections: () =>
      asAdministrator(
        inside.href,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      ),
    async drop() {
      await pool.end();
      await asAdministrator(url, `drop database ${name} with (force)`);
      await asAdministrator(url, `drop role ${name}`);
    },
  };
}

const asAdministrator = (connectionString: string, statements: string): Promise<void> =>
  withClient({ connectionString }, async (client) => void (await client.query(statements)));
