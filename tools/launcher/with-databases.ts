import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { isRunning } from "../bootstrap/process-identity.mjs";
import { startServer } from "../postgres/server.ts";
import { takeDataFolder } from "./data-folder.ts";
import { RunFile } from "./run-file.ts";
import { credentials, readStore, superuserPassword } from "./secrets.ts";
import { type Settings, takeSettings } from "./settings.ts";

/** Runs `work` with the database address of each role, on DATA_DIR's PostgreSQL (started for it if Tend is not running) or DATABASE_URL. */
export async function withDatabases<T>(
  roles: string[],
  work: (...urls: string[]) => Promise<T>,
  { dataFolder, databaseUrl }: Settings = takeSettings(),
): Promise<T> {
  const store = readStore(dataFolder);
  const urls = roles.map((role) => {
    const url = store[credentials(role)];
    if (!url) throw new Fault(`There is no Tend in ${dataFolder} yet: name its data folder in DATA_DIR.`);
    return url;
  });
  const run = RunFile.read(dataFolder);
  if (databaseUrl || (run?.databaseUrl && isRunning(run.launcher))) return work(...urls);
  const lock = takeDataFolder(dataFolder);
  const server = await startServer({ folder: join(dataFolder, "postgres"), password: superuserPassword(dataFolder) });
  const here = (url: string) => Object.assign(new URL(url), { port: String(server.port) }).href;
  try {
    return await work(...urls.map(here));
  } finally {
    await server.stop();
    lock.release();
  }
}
