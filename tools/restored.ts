/** `npm run restored`: for a database that was put back from a copy which PostgreSQL cannot tell from its original, such as an older data folder. */
import { Fault, tell } from "./bootstrap/fault.mjs";
import { takeDataFolder } from "./launcher/data-folder.ts";
import { prepareDatabase } from "./launcher/database.ts";
import { checkDatabase } from "./launcher/roles.ts";
import { credentials, readStore } from "./launcher/secrets.ts";
import { takeSettings } from "./launcher/settings.ts";
import type { Server } from "./postgres/server.ts";

try {
  await begin();
} catch (error) {
  tell(error);
  process.exitCode = 1;
}

/** As a start would, since the copy may be older than this version, and nothing runs in between that could miss what is said. */
async function begin(): Promise<void> {
  const settings = takeSettings();
  const { dataFolder, databaseUrl } = settings;
  const secrets = readStore(dataFolder);
  if (!secrets[credentials("todo-backend")])
    throw new Fault(`There is no Tend in ${dataFolder} yet: name its data folder in DATA_DIR.`);
  const lock = takeDataFolder(dataFolder);
  let server: Server | undefined;
  try {
    if (databaseUrl) await checkDatabase(databaseUrl);
    const onServer = (started: Server) => {
      server = started;
    };
    const { again } = await prepareDatabase({ settings, secrets, tell: console.log, onServer, wasRestored: true });
    if (again === null) throw new Fault("Tend runs on this database now: stop it, then say that it was restored.");
  } finally {
    await server?.stop();
    lock.release();
  }
}
