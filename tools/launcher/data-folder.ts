import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../bootstrap/fault.mjs";
import { RunFile } from "./run-file.ts";

/** Bytes that a new cluster needs, and that an old one needs to go on. */
const space = { toBegin: 150e6, toGoOn: 32e6 };

/** Makes the folder and takes it for this process, by a lock of the operating system that ends with the process however that ends. */
export function takeDataFolder(folder: string): { release(): void } {
  makeFolder(folder);
  checkSpace(folder);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, "lock"));
    lock.exec("pragma busy_timeout = 0; begin exclusive");
    return { release: () => lock?.close() };
  } catch (error) {
    lock?.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) throw inUse(folder);
    if (error instanceof Error && /full/i.test(error.message)) throw noSpace(folder, space.toGoOn);
    throw new Fault(
      `The data folder ${folder} cannot be used: ${error instanceof Error ? error.message : error}; make it yours, or name another in DATA_DIR.`,
    );
  }
}

function makeFolder(folder: string) {
  try {
    makeWithParents(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOSPC" || code === "EDQUOT") throw noSpace(folder, space.toBegin);
    throw new Fault(`The data folder ${folder} cannot be made (${code}): name another in DATA_DIR.`);
  }
}

/** Node's own way (`recursive`) never ends below /proc. */
function makeWithParents(folder: string) {
  if (existsSync(folder)) return;
  makeWithParents(dirname(folder));
  // From root PostgreSQL runs as another account, which must pass this folder; what is in it stays closed.
  mkdirSync(folder, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}

function checkSpace(folder: string) {
  const needed = existsSync(join(folder, "postgres")) ? space.toGoOn : space.toBegin;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < needed) throw noSpace(folder, needed);
}

const noSpace = (folder: string, needed: number) =>
  new Fault(
    `The disk is full: Tend needs at least ${needed / 1e6} MB below ${folder}; free some space, or name another folder in DATA_DIR, and start again.`,
  );

function inUse(folder: string): Fault {
  const run = RunFile.read(folder);
  const where = run ? ` (process ${run.launcher.pid}${run.address ? `, ${run.address}` : ""})` : "";
  return new Fault(
    `The data folder ${folder} is in use by another Tend that runs now${where}: stop that one, or name another folder in DATA_DIR.`,
  );
}
