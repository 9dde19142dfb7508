import pg from "pg";

/** The product's database, as its superuser. */
export type Database = { ask<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> };

/** Everything that `work` reads is of one moment, in all schemas. */
export async function inOneMoment<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "fault test",
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("begin isolation level repeatable read read only");
    const result = await work({ ask: async (text) => (await client.query(text)).rows });
    await client.query("commit");
    return result;
  } finally {
    await client.end().catch(() => {});
  }
}
