/**
 * In containers, once before the services: every role, schema and migration, with the secrets that the sidecars read.
 * RESTORED=true says that the database began as a copy, maybe of a version that noted nothing to tell it by; it may stay set.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { prepareEpochs, restoredInWords } from "./launcher/epoch.ts";
import { prepareEventsRole } from "./launcher/events-role.ts";
import { applyMigrations, findPending } from "./launcher/migrations.ts";
import { prepareRoles } from "./launcher/roles.ts";
import { readStore } from "./launcher/secrets.ts";

const folder = process.env.DATA_DIR ?? "/run/secrets";
const isCopy = process.env.RESTORED === "true";
const address = process.env.DATABASE_ADDRESS ?? "postgres:5432/tend";

try {
  const url = adminUrl();
  const secrets = readStore(folder);
  await prepareRoles(url, secrets);
  const pending = await findPending(secrets);
  if (pending.length > 0) await applyMigrations(secrets);
  await prepareEventsRole(url, secrets);
  const again = await prepareEpochs(url, secrets, { isCopy });
  if (again !== null) console.log(restoredInWords(again));
  console.log(pending.length > 0 ? `Applied ${pending.join(", ")}.` : "The database is up to date.");
} catch (error) {
  tell(error);
  process.exitCode = 1;
}

function adminUrl(): string {
  const whole = join(folder, "database-url");
  if (existsSync(whole)) return readFileSync(whole, "utf8").trim();
  const file = join(folder, "postgres-password");
  if (!existsSync(file)) throw new Fault(`${file} is missing: make the secrets first (npm run compose:secrets).`);
  return `postgres://tend:${encodeURIComponent(readFileSync(file, "utf8").trim())}@${address}`;
}
