import { join } from "node:path";
import { type Server, startServer } from "../postgres/server.ts";
import { copyCluster } from "./cluster-copy.ts";
import { prepareEpochs, restoredInWords, type Said } from "./epoch.ts";
import { applyMigrations, findPending, hasData } from "./migrations.ts";
import { ensureDatabase, prepareRoles } from "./roles.ts";
import { type Secrets, superuserPassword } from "./secrets.ts";
import type { Settings } from "./settings.ts";

export type Database = {
  adminUrl: string;
  /** Undefined with DATABASE_URL: then it is not ours. */
  server: Server | undefined;
  /** How many events a restore hands out again; null when there was none. */
  again: number | null;
};
type Prepared = Omit<Database, "again">;
type Preparation = {
  settings: Settings;
  secrets: Secrets;
  tell: (line: string) => void;
  onServer: (server: Server) => void;
} & Said;

/** A database with all roles, schemas and migrations; `secrets` then holds every role's address. */
export async function prepareDatabase(preparation: Preparation): Promise<Database> {
  const { databaseUrl } = preparation.settings;
  const database = await (databaseUrl ? prepareForeign(databaseUrl, preparation) : prepareOwn(preparation));
  const again = await prepareEpochs(database.adminUrl, preparation.secrets, preparation);
  if (again !== null) preparation.tell(restoredInWords(again));
  return { ...database, again };
}

async function prepareOwn({ settings, secrets, tell, onServer }: Preparation): Promise<Prepared> {
  const open = async (port?: number) => {
    const server = await startServer({
      folder: join(settings.dataFolder, "postgres"),
      password: superuserPassword(settings.dataFolder),
      ...(port ? { port } : {}),
    });
    onServer(server);
    return server;
  };
  let server = await open();
  await ensureDatabase(server.url("postgres"), "tend");
  const adminUrl = server.url("tend");
  await prepareRoles(adminUrl, secrets);
  const pending = await findPending(secrets);
  if (pending.length === 0) return { adminUrl, server };
  if (await hasData(adminUrl)) {
    tell(`The database is to be changed (${pending.join(", ")}); copying it first …`);
    await server.stop();
    tell(`The copy is in ${await copyCluster(settings.dataFolder)}.`);
    server = await open(server.port);
  }
  await applyMigrations(secrets);
  return { adminUrl, server };
}

async function prepareForeign(adminUrl: string, { secrets, tell }: Preparation): Promise<Prepared> {
  await prepareRoles(adminUrl, secrets);
  const pending = await findPending(secrets);
  if (pending.length > 0 && (await hasData(adminUrl)))
    tell(
      `Warning: the database of DATABASE_URL is changed now (${pending.join(", ")}). Tend makes no copy of a database that it does not run: keep backups of your own.`,
    );
  if (pending.length > 0) await applyMigrations(secrets);
  return { adminUrl, server: undefined };
}
