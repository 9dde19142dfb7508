import pg from "pg";
import { Fault } from "../bootstrap/fault.mjs";
import { schemas } from "./apps.ts";
import { verifierOf } from "./password-verifier.ts";
import { credentials, rolePassword, type Secrets } from "./secrets.ts";

// One forgotten transaction anywhere would stop the feed for everyone.
export const limits = {
  statement_timeout: "15s",
  transaction_timeout: "30s",
  idle_in_transaction_session_timeout: "30s",
};

/** Gives every service its role and schema, and writes the role's address into `secrets`. Changes nothing that is there already. */
export async function prepareRoles(adminUrl: string, secrets: Secrets): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    for (const { role, schema } of schemas) {
      const password = rolePassword(secrets, role);
      await client.query(roleStatements(client, { role, schema, password }));
      secrets[credentials(role)] = withAccount(adminUrl, role, password);
    }
    for (const name of ["pg_trgm", "btree_gin"])
      await client.query(`create extension if not exists ${name} schema todo`);
  });
}

/** Throws a sentence for people when the account may not do what `work` does. */
export async function asAdmin(adminUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = await connect(adminUrl);
  try {
    await work(client);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === "42501") {
      const reason = [error.message, error.detail].filter(Boolean).join(": ").replace(/\.$/, "");
      throw new Fault(
        `The account in DATABASE_URL may not prepare the database (${reason}): give it CREATEROLE and ownership of the database, on a server where no other program has a role of that name.`,
      );
    }
    throw error;
  } finally {
    await client.end();
  }
}

/** Throws a sentence for people when a database that is not ours cannot be used. */
export async function checkDatabase(adminUrl: string): Promise<void> {
  const client = await connect(adminUrl);
  await checkVersion(client).finally(() => client.end());
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "tend launcher",
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { host, pathname } = new URL(url);
    const causes = error instanceof AggregateError ? error.errors : [error];
    const reason = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join(", ");
    throw new Fault(
      `The database ${pathname.slice(1)} at ${host} cannot be reached (${reason}): check DATABASE_URL and that the server runs.`,
    );
  }
}

async function checkVersion(client: pg.Client) {
  const { rows } = await client.query(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
  );
  if (rows[0].number < 180_000)
    throw new Fault(
      `Tend needs PostgreSQL 18 or newer, and DATABASE_URL leads to ${rows[0].name}: upgrade that server, or unset DATABASE_URL.`,
    );
}

function roleStatements(
  client: pg.Client,
  { role, schema, password }: { role: string; schema: string; password: string },
): string {
  const name = client.escapeIdentifier(role);
  const owned = client.escapeIdentifier(schema);
  return `
    do $$ begin
      if not exists (select from pg_roles where rolname = ${client.escapeLiteral(role)}) then create role ${name} login; end if;
      if not (select rolsuper from pg_roles where rolname = current_user) then grant ${name} to current_user; end if;
      if not exists (select from pg_namespace where nspname = ${client.escapeLiteral(schema)}) then create schema ${owned} authorization ${name}; end if;
    end $$;
    alter role ${name} login password '${verifierOf(password)}';
    alter role ${name} set search_path = ${owned};
    ${Object.entries(limits)
      .map(([setting, value]) => `alter role ${name} set ${setting} = '${value}';`)
      .join("\n")}`;
}

function withAccount(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

/** Makes the database of an own cluster. True if it was there. */
export async function ensureDatabase(superuserUrl: string, name: string): Promise<boolean> {
  const client = await connect(superuserUrl);
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
    return rowCount !== 0;
  } finally {
    await client.end();
  }
}
