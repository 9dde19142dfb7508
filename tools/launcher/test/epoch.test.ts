import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  accountUpdated,
  auditRecorded,
  type EventDefinition,
  labelChanged,
  otherTypes,
  projectChanged,
  reminderDue,
  taskEvents,
} from "@tend/contracts";
import { createLogger } from "@tend/service-kit";
import { findEpoch } from "@tend/service-kit/epoch";
import { migrate } from "@tend/service-kit/migrate";
import { withClient } from "@tend/service-kit/with-client";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { startTestPostgres } from "../../postgres/test-server.ts";
import { services } from "../apps.ts";
import { prepareEpochs } from "../epoch.ts";
import { applyMigrations } from "../migrations.ts";
import { prepareRoles } from "../roles.ts";
import { credentials, type Secrets } from "../secrets.ts";

/** Of a later version, whose event this one's audit service takes as well. */
const laterType = "later.v1";
const known = [...taskEvents, accountUpdated, auditRecorded, labelChanged, projectChanged, reminderDue].map(
  ({ type }) => type,
);
const types = [...known, laterType];
const consumers = services.filter(({ appId }) => appId !== "todo-backend");
const secrets: Secrets = {};
const dataFolder = mkdtempSync(join(tmpdir(), "restored-"));
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let admin: pg.Client;
let url: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  // As on a server that someone else runs.
  await withClient({ connectionString: postgres.url }, async (client) => {
    await client.query("create role tend login createrole createdb password 'tested'");
    await client.query("create database tend owner tend");
  });
  url = Object.assign(new URL(postgres.url), { pathname: "/tend", username: "tend", password: "tested" }).href;
  await prepareRoles(url, secrets);
  await applyMigrations(secrets);
  await prepareEpochs(url, secrets);
  admin = new pg.Client({ connectionString: url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

async function as<T extends object>(appId: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: secrets[credentials(appId)] });
  await client.connect();
  return (await client.query<T>(text, values).finally(() => client.end())).rows;
}

/** Of all handlers in the service's folder. */
async function handledBy(folder: string): Promise<string[]> {
  const handlers = join(root, folder, "src/handlers");
  const modules = await Promise.all((await readdir(handlers)).map((file) => import(join(handlers, file))));
  const exported = modules.flatMap((module) => Object.values<{ definitions?: EventDefinition[] }>(module));
  const handled = exported.flatMap(({ definitions = [] }) => definitions.map(({ type }) => type));
  return handled.map((type) => (type === otherTypes ? laterType : type)).sort();
}

it.each(consumers)(
  "what $appId handles is looked for in its inbox, and nothing else is",
  async ({ folder, schema }) => {
    const account = randomUUID();
    await admin.query(
      `insert into todo.events (type, account_id, task_id, actor) select type, $2, case when type like 'task.%' then $2::uuid end, '{}'
     from unnest($1::text[]) as new (type)`,
      [types, account],
    );
    for (const other of consumers)
      if (other.schema !== schema)
        await admin.query(
          `insert into ${other.schema}.inbox (event_id) select id from todo.events on conflict do nothing`,
        );
    const missed = await as<{ type: string }>(
      "todo-backend",
      "select type from unhandled_events() where account_id = $1",
      [account],
    );
    expect(missed.map(({ type }) => type).sort()).toEqual(await handledBy(folder));
  },
);

it("every service may ask for its epoch, and no more of the backend's", async () => {
  for (const { appId } of services)
    expect(await as(appId, "select since, again from todo.begin_epoch_if_restored()")).toEqual([
      { since: 0, again: null },
    ]);
  await expect(as("audit-service", "select from todo.events")).rejects.toThrow("permission denied");
  await expect(as("audit-service", "select from todo.begin_epoch_if_restored(true)")).rejects.toThrow(
    "permission denied",
  );
  await expect(as("todo-backend", "select from audit.chain")).rejects.toThrow("permission denied");
});

it("the first start on a database restored elsewhere begins an epoch, once", async () => {
  expect(await prepareEpochs(url, secrets)).toBeNull();
  await admin.query("update todo.feed_epochs set lineage = replace(lineage, '/00000001/', '/00000002/')");
  expect(await prepareEpochs(url, secrets)).toBeTypeOf("number");
  expect(await prepareEpochs(url, secrets)).toBeNull();
  const [begun] = await as<{ since: number }>(
    "recurring-task-service",
    "select since from todo.begin_epoch_if_restored()",
  );
  expect(begun?.since).toBeGreaterThan(1);
});

it("a service that is there before it may ask waits until it may, and one that is told to stop does not", async () => {
  const log = createLogger("audit-service", "silent");
  const find = (signal = new AbortController().signal) =>
    findEpoch({ connectionString: secrets[credentials("audit-service")] ?? "", log, signal });
  const order: string[] = [];
  const revoked = ["usage on schema todo", "execute on function todo.begin_epoch_if_restored()"];
  for (const right of revoked) {
    await admin.query(`revoke ${right} from "audit-service"`);
    const stopping = new AbortController();
    const stopped = find(stopping.signal);
    const waiting = find().then(() => order.push("found"));
    stopping.abort();
    await expect(stopped).rejects.toThrow("aborted");
    order.push("allowed");
    await prepareEpochs(url, secrets);
    await waiting;
  }
  expect(order).toEqual(["allowed", "found", "allowed", "found"]);
});

/** A database as the version before this one left it, with a data folder that knows it. */
async function olderTend(name: string) {
  await withClient({ connectionString: url }, (client) => client.query(`create database ${name}`));
  const older = Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const own: Secrets = { ...secrets };
  await prepareRoles(older, own);
  const before = join(dataFolder, "migrations");
  cpSync(join(root, "backend/prisma/migrations"), before, {
    recursive: true,
    filter: (path) => !path.endsWith("_epochs"),
  });
  const connectionString = own[credentials("todo-backend")] ?? "";
  await migrate({ connectionString, schema: "todo", directory: before });
  for (const [secret, value] of Object.entries(own)) writeFileSync(join(dataFolder, secret), value);
  writeFileSync(join(dataFolder, "database-url"), older);
  const run = async (program: string, env: Record<string, string>) => {
    const answer = await promisify(execFile)(process.execPath, [join(root, "tools", program)], {
      env: { PATH: process.env.PATH, DATA_DIR: dataFolder, ...env },
    }).catch(({ stdout, stderr }) => ({ stdout, stderr }));
    return `${answer.stdout}${answer.stderr}`;
  };
  return { older, run, connectionString };
}

const inWords = "The database has been restored";

it("of a copy that an earlier version made, someone can say that it was restored", async () => {
  const { older, run, connectionString } = await olderTend("older");
  expect(await run("restored.ts", { DATABASE_URL: older })).toContain(inWords);
  expect(await run("restored.ts", { DATABASE_URL: older })).toContain(inWords);
  await withClient({ connectionString }, async (relay) => {
    await relay.query("select pg_advisory_lock(7301, 5)");
    expect(await run("restored.ts", { DATABASE_URL: older })).toContain("Tend runs on this database now");
  });
});

it("a place that began as a copy of an earlier version begins one epoch, and an upgrade none", async () => {
  const copy = await olderTend("copied");
  expect(await copy.run("prepare-database.ts", { RESTORED: "true" })).toContain(inWords);
  const again = await copy.run("prepare-database.ts", { RESTORED: "true" });
  expect(again).toContain("up to date");
  expect(again).not.toContain(inWords);
  const upgraded = await olderTend("upgraded");
  expect(await upgraded.run("prepare-database.ts", {})).not.toContain(inWords);
  expect(await upgraded.run("prepare-database.ts", { RESTORED: "true" })).not.toContain(inWords);
});
