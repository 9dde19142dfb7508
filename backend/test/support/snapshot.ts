import { createHash } from "node:crypto";
import type { TestApp } from "./app.ts";

/** Tables whose rows belong to nobody, or that only count attempts. */
const ownerless = ["_prisma_migrations", "feed_epochs", "rate_limits", "verifications"];
/** Changes that are no change of the owner's data. */
const incidental = "'last_used_at'";

/** All rows of an account in every table that the database has, as one hash: reading and being refused must not move it. */
export async function snapshotOf(backend: TestApp, accountId: string): Promise<string> {
  statement ??= await snapshotStatement(backend);
  const { rows } = await backend.pool.query<{ tables: object }>(statement, [accountId]);
  return createHash("sha256").update(JSON.stringify(rows[0]?.tables)).digest("hex");
}

let statement: string | undefined;

async function snapshotStatement(backend: TestApp): Promise<string> {
  const { rows } = await backend.pool.query<{ name: string; columns: string[] }>(
    `select t.table_name as name, array_agg(c.column_name::text) as columns
     from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
     where t.table_schema = 'todo' and t.table_type = 'BASE TABLE' group by 1 order by 1`,
  );
  const parts = rows.flatMap(({ name, columns }) => {
    if (ownerless.includes(name)) return [];
    const condition = ownedBy(name, columns);
    if (!condition) throw new Error(`table ${name}: say whose its rows are, or that they are nobody's`);
    return `'${name}', (select jsonb_agg(to_jsonb(t) - ${incidental} order by t::text) from ${name} t where ${condition})`;
  });
  return `select jsonb_build_object(${parts.join(", ")}) as tables`;
}

function ownedBy(name: string, columns: string[]): string | null {
  if (name === "users") return "id = $1";
  if (name === "outbox") return "payload -> 'data' ->> 'accountId' = $1::text";
  if (name === "auth_accounts") return "user_id = $1";
  const column = ["owner_id", "user_id", "account_id"].find((candidate) => columns.includes(candidate));
  return column ? `${column} = $1` : null;
}
