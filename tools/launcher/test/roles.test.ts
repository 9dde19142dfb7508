import { readFileSync } from "node:fs";
import { withClient } from "@tend/service-kit/with-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPostgres } from "../../postgres/test-server.ts";
import { eventsRole, prepareEventsRole } from "../events-role.ts";
import { applyMigrations } from "../migrations.ts";
import { prepareRoles } from "../roles.ts";
import { credentials, newSecret, type Secrets } from "../secrets.ts";

const secrets: Secrets = {};
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let adminUrl: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  // As on a server that someone else runs.
  await asSuperuser("create role tend login createrole password 'tested'", "create database tend owner tend");
  adminUrl = Object.assign(new URL(postgres.url), { pathname: "/tend", username: "tend", password: "tested" }).href;
  await prepareRoles(adminUrl, secrets);
  await applyMigrations(secrets);
});
afterAll(() => postgres?.stop());

const query = (connectionString: string, text: string) =>
  withClient({ connectionString }, async (client) => (await client.query(text)).rows);
async function asSuperuser(...texts: string[]): Promise<void> {
  for (const text of texts) await query(postgres.url, text);
}
const addressOf = (role: string, password: string) =>
  Object.assign(new URL(adminUrl), { username: role, password: encodeURIComponent(password) }).href;

it.each([newSecret(), "Pässwört, ½ ﬁn"])(
  "the password %s opens the database to its role, and no other does",
  async (password) => {
    for (const role of ["audit-service", eventsRole]) {
      const name = credentials(role);
      secrets[name] = addressOf(role, password);
      await (role === eventsRole ? prepareEventsRole : prepareRoles)(adminUrl, secrets);
      expect(await query(secrets[name], "select current_user as name")).toEqual([{ name: role }]);
      await expect(query(addressOf(role, `${password}x`), "select")).rejects.toThrow("password authentication failed");
    }
  },
);

it("no password is in what the server is told", async () => {
  await asSuperuser("alter role tend set log_statement = 'all'");
  const password = newSecret();
  for (const role of ["audit-service", eventsRole]) secrets[credentials(role)] = addressOf(role, password);
  await prepareRoles(adminUrl, secrets);
  await prepareEventsRole(adminUrl, secrets);
  const [{ folder }] = await query(postgres.url, "select current_setting('data_directory') as folder");
  const log = readFileSync(`${folder}.log`, "utf8");
  expect(log).toContain(`alter role ${eventsRole} login password`);
  expect(log).not.toContain(password);
});

it("a role of that name that is another's keeps its password, and a sentence says which", async () => {
  await asSuperuser(`alter role ${eventsRole} password 'of others'`, `revoke ${eventsRole} from tend`);
  await expect(prepareEventsRole(adminUrl, secrets)).rejects.toThrow(
    new RegExp(`^The account in DATABASE_URL may not prepare the database \\(.*role "${eventsRole}".*no other program`),
  );
  expect(await query(addressOf(eventsRole, "of others"), "select 1 as one")).toEqual([{ one: 1 }]);
});
