import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { schemas } from "../../launcher/apps.ts";
import { eventsRole } from "../../launcher/events-role.ts";
import { credentials } from "../../launcher/secrets.ts";
import { startTestPostgres } from "../../postgres/test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "migrate-job-"));
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const prepare = () =>
  promisify(execFile)(process.execPath, ["tools/prepare-database.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH, DATA_DIR: folder, SECRETS_FOLDER: folder },
  });

/** What the job of k8s/base/migrate.yaml finds in its volume: a file per secret. */
function mountSecrets(): string[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "database-url"), postgres.url);
  writeFileSync(join(folder, credentials(eventsRole)), addressOf(eventsRole));
  return schemas.map(({ role }) => {
    writeFileSync(join(folder, credentials(role)), addressOf(role));
    return addressOf(role);
  });
}

const addressOf = (role: string) =>
  Object.assign(new URL(postgres.url), { username: role, password: `of-${role}` }).href;

it("the migrate job gives every role its password, schema and migrations, and does nothing when run again", async () => {
  const urls = mountSecrets();
  expect((await prepare()).stdout).toContain("Applied todo/");
  for (const url of urls) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("select count(*)::int as number from _prisma_migrations");
    expect(rows[0].number).toBeGreaterThan(0);
    await client.end();
  }
  expect((await prepare()).stdout).toContain("The database is up to date.");
});

it("who looks after events sees the outbox, gives back what is parked, and may do nothing else", async () => {
  const client = new pg.Client({ connectionString: addressOf(eventsRole) });
  await client.connect();
  const allowed = [
    "select * from outbox",
    "select max(epoch) from feed_epochs where is_restored",
    "update outbox set parked_at = null, error = null where event_id = uuidv7()",
    "select * from resent_letters",
    `insert into resent_letters (topic_id, partition, "offset") values (uuidv7(), 0, 0) on conflict do nothing`,
  ];
  for (const text of allowed) await client.query(text);
  const denied = [
    "delete from outbox",
    "update outbox set payload = '{}'",
    "insert into outbox select * from outbox",
    "insert into feed_epochs default values",
    "select * from tasks",
    "select * from users",
    "select * from state",
    "delete from resent_letters",
    "select * from audit.chain",
    "create table dapr.mine (id int)",
  ];
  for (const text of denied) await expect(client.query(text), text).rejects.toThrow("permission denied");
  await client.end();
});
