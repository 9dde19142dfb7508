import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Fault } from "../bootstrap/fault.mjs";
import { type Launch, launchFor } from "./account.ts";
import { postgresBinary } from "./binaries.ts";

export const isInitialised = (folder: string) => existsSync(join(folder, "PG_VERSION"));

/** Makes a new cluster with the superuser `postgres`; one that was interrupted half-way is begun again. */
export async function initialise(folder: string, password: string, { sync }: { sync: boolean }): Promise<void> {
  const unfinished = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  const launch = launchFor(unfinished);
  try {
    if (launch.account)
      for (const path of [unfinished, passwordFile]) await chown(path, launch.account.uid, launch.account.gid);
    await runInitdb(unfinished, passwordFile, { launch, sync });
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    await chmod(folder, 0o700);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function runInitdb(folder: string, passwordFile: string, { launch, sync }: { launch: Launch; sync: boolean }) {
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const command = [
    ...launch.prefix,
    postgresBinary("initdb"),
    `--pgdata=${folder}`,
    ...locale,
    ...access,
    ...(sync ? [] : ["--no-sync"]),
  ];
  const [program = "", ...args] = command;
  try {
    await promisify(execFile)(program, args, {
      ...launch.options,
      cwd: "/",
      env: { PATH: process.env.PATH, LC_ALL: "C" },
    });
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    if (/No space left|Disk quota/i.test(output))
      throw new Fault(
        `The disk is full: a new database needs 100 MB below ${folder}; free some space and start again.`,
      );
    throw new Fault(`A new database could not be made in ${folder}: ${lastError(output)}`);
  }
}

function lastError(output: string): string {
  const lines = output.trim().split("\n");
  return lines.findLast((line) => /error|fatal|denied/i.test(line)) ?? lines.at(-1) ?? "no reason given";
}
