import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
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
import { withClient } from "@tend/service-kit/with-client";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { startTestPostgres } from "../../postgres/test-server.ts";
import { services } from "../apps.ts";
import { allowEpochs, beginEpochIfRestored } from "../epoch.ts";
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
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let admin: pg.Client;
beforeAll(async () => {
  postgres = await startTestPostgres();
  // As on a server that someone else runs.
  await withClient({ connectionString: postgres.url }, async (client) => {
    await client.query("create role tend login createrole password 'tested'");
    await client.query("create database tend owner tend");
  });
  const url = Object.assign(new URL(postgres.url), { pathname: "/tend", username: "tend", password: "tested" }).href;
  await prepareRoles(url, secrets);
  await applyMigrations(secrets);
  await allowEpochs(url);
  admin = new pg.Client({ connectionString: url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
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
  await expect(as("todo-backend", "select from audit.chain")).rejects.toThrow("permission denied");
});

it("the first start on a database restored elsewhere begins an epoch, once", async () => {
  expect(await beginEpochIfRestored(secrets)).toBeNull();
  await admin.query("update todo.feed_epochs set lineage = replace(lineage, '/00000001/', '/00000002/')");
  expect(await beginEpochIfRestored(secrets)).toBeTypeOf("number");
  expect(await beginEpochIfRestored(secrets)).toBeNull();
  expect(await as("recurring-task-service", "select since from todo.begin_epoch_if_restored()")).toEqual([
    { since: 2 },
  ]);
});
