import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { schemas } from "../../launcher/apps.ts";
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
  return schemas.map(({ role }) => {
    const url = new URL(postgres.url);
    url.username = role;
    url.password = `of-${role}`;
    writeFileSync(join(folder, credentials(role)), url.href);
    return url.href;
  });
}

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
