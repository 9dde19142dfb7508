import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "../src/index.ts";
import { createTestDatabase, type TestDatabase, until } from "../testing/index.ts";

const directory = mkdtempSync(join(tmpdir(), "migrations-"));
const add = (name: string, sql: string) => {
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, "migration.sql"), sql);
};
let database: TestDatabase;
beforeAll(async () => {
  add("20260101000000_first", "create table first (id int)");
  database = await createTestDatabase("kit", directory);
});
afterAll(async () => {
  await database?.drop();
  rmSync(directory, { recursive: true });
});

it("a migration that waits for a table lets others at it meanwhile, and comes to its turn", async () => {
  const { pool, connectionString } = database;
  const holder = await pool.connect();
  await holder.query("begin; select from first");
  add("20260102000000_second", "alter table first add column name text");
  const migrated = migrate({ connectionString, directory, schema: "kit" });
  const waiting = "select from pg_locks where relation = 'first'::regclass and not granted";
  await until(async () => (await pool.query(waiting)).rowCount === 1);
  // Behind the migration, which is behind the holder.
  await pool.query("select from first");
  await holder.query("commit");
  holder.release();
  expect(await migrated).toEqual(["20260102000000_second"]);
  await pool.query("select name from first");
});

it("an index is made beside those who write, also when a try before it failed, and when two make it at once", async () => {
  const { pool, connectionString } = database;
  const all = { connectionString, directory, schema: "kit" };
  await pool.query("insert into first values (1), (1)");
  add("20260103000000_third", "-- Why.\ncreate unique index concurrently first_id on first (id);\n");
  await expect(migrate(all)).rejects.toThrow(/third failed: .*unique/);
  await pool.query("delete from first");

  const writer = await pool.connect();
  await writer.query("begin; insert into first values (1)");
  const made = Promise.all([migrate(all), migrate(all)]);
  const waiting = "select from pg_locks where locktype = 'virtualxid' and not granted";
  await until(async () => (await pool.query(waiting)).rowCount === 1);
  await pool.query("insert into first values (2)");
  await writer.query("commit");
  writer.release();
  expect((await made).flat()).toEqual(["20260103000000_third"]);
  await expect(pool.query("insert into first values (2)")).rejects.toThrow("first_id");
});

it("a migration that is wrong fails at once", async () => {
  const { connectionString } = database;
  add("20260104000000_fourth", "alter table nowhere add column name text");
  await expect(migrate({ connectionString, directory, schema: "kit" })).rejects.toThrow(/fourth failed: .*nowhere/);
});
