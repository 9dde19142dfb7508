/** `npm run audit:verify`: checks every hash chain of the audit trail in DATA_DIR (or DATABASE_URL), whether Tend runs or not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { root } from "./bootstrap/folders.mjs";
import { takeDataFolder } from "./launcher/data-folder.ts";
import { RunFile } from "./launcher/run-file.ts";
import { credentials, readStore, superuserPassword } from "./launcher/secrets.ts";
import { takeSettings } from "./launcher/settings.ts";
import { startServer } from "./postgres/server.ts";

try {
  const { dataFolder, databaseUrl } = takeSettings();
  const url = readStore(dataFolder)[credentials("audit-service")];
  if (!url) throw new Fault(`There is no Tend in ${dataFolder} yet: name its data folder in DATA_DIR.`);
  if (databaseUrl || RunFile.read(dataFolder)?.databaseUrl) process.exitCode = await verify(url);
  else await verifyStopped(dataFolder, url);
} catch (error) {
  tell(error);
  process.exitCode = 2;
}

async function verifyStopped(dataFolder: string, url: string) {
  const lock = takeDataFolder(dataFolder);
  const server = await startServer({ folder: join(dataFolder, "postgres"), password: superuserPassword(dataFolder) });
  try {
    const here = new URL(url);
    here.port = String(server.port);
    process.exitCode = await verify(here.href);
  } finally {
    await server.stop();
    lock.release();
  }
}

async function verify(url: string): Promise<number> {
  const program = join(root, "audit-service/src/verify.ts");
  const child = spawn(process.execPath, [program], {
    stdio: "inherit",
    env: { ...process.env, AUDIT_DATABASE_URL: url },
  });
  const [code] = await once(child, "exit");
  return code ?? 2;
}
