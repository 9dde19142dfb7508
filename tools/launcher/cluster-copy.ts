import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { cp, mkdir, readdir, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";

const kept = 3;

/** Copies the stopped cluster to DATA_DIR/copies/<time>, keeps the last three copies and answers where it is. */
export async function copyCluster(dataFolder: string, now = new Date()): Promise<string> {
  const copies = join(dataFolder, "copies");
  const copy = join(copies, now.toISOString().replace(/[:.]/g, "-"));
  const unfinished = `${copy}.unfinished`;
  await mkdir(copies, { recursive: true, mode: 0o700 });
  await removeCopies(copies, (name) => name.endsWith(".unfinished"));
  const cluster = join(dataFolder, "postgres");
  await checkRoom(cluster);
  try {
    await cp(cluster, unfinished, { recursive: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  const old = (await readdir(copies)).sort().slice(0, -kept);
  await removeCopies(copies, (name) => old.includes(name));
  return copy;
}

async function removeCopies(copies: string, isUnwanted: (name: string) => boolean) {
  const unwanted = (await readdir(copies)).filter(isUnwanted);
  await Promise.all(unwanted.map((name) => rm(join(copies, name), { recursive: true, force: true })));
}

async function checkRoom(cluster: string) {
  const needed =
    Number(execFileSync("du", ["-sk", cluster], { encoding: "utf8", stdio: "pipe" }).split("\t")[0]) * 1024;
  const { bavail, bsize } = await statfs(cluster);
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
  if (bavail * bsize < needed * 1.1)
    throw new Fault(
      `The disk is too full to copy the database before it is changed: ${megabytes(needed * 1.1)} MB are needed and ${megabytes(bavail * bsize)} MB free; free some space and start again.`,
    );
}
