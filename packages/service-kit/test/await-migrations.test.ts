import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { awaitMigrations } from "../src/await-migrations.ts";
import { createLogger, migrate } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";

const directory = mkdtempSync(join(tmpdir(), "migrations-"));
let database: TestDatabase;
beforeAll(async () => {
  mkdirSync(join(directory, "20260101000000_first"));
  writeFileSync(join(directory, "20260101000000_first", "migration.sql"), "create table first (id int)");
  database = await createTestDatabase("kit");
});
afterAll(async () => {
  await database?.drop();
  rmSync(directory, { recursive: true });
});

it("a service that is there before its migrations waits for them, and one that is told to stop does not", async () => {
  const migrations = { connectionString: database.connectionString, schema: "kit", directory };
  const log = createLogger("kit", "silent");
  const stopping = new AbortController();
  const order: string[] = [];
  const waiting = awaitMigrations({ ...migrations, log, signal: new AbortController().signal }).then(() =>
    order.push("began"),
  );
  const stopped = awaitMigrations({ ...migrations, log, signal: stopping.signal });
  stopping.abort();
  await expect(stopped).rejects.toThrow("aborted");
  order.push("applying");
  await migrate(migrations);
  await waiting;
  expect(order).toEqual(["applying", "began"]);
});
