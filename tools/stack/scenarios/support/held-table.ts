import pg from "pg";
import { stack } from "./stack.ts";

/** Until it is let go, whoever writes into the table waits, in the middle of its work. */
export async function holdTable(table: string) {
  const client = new pg.Client({ connectionString: stack.databaseUrl(), application_name: "stack test" });
  await client.connect();
  await client.query(`begin; lock table ${table} in share mode`);
  return {
    async waiting(): Promise<number> {
      const { rows } = await client.query<{ count: number }>(
        "select count(*)::int as count from pg_locks where relation = $1::regclass and not granted",
        [table],
      );
      return rows[0]?.count ?? 0;
    },
    letGo: () => client.end(),
  };
}
