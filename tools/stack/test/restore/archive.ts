import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { withClient } from "@tend/service-kit/with-client";
import { takeDataFolder } from "../../../launcher/data-folder.ts";
import { RunFile } from "../../../launcher/run-file.ts";
import { superuserPassword } from "../../../launcher/secrets.ts";
import { ask } from "../../../launcher/test/held-up.ts";
import type { Place } from "../../../launcher/test/tend.ts";
import { startServer } from "../../../postgres/server.ts";

/** What an object store is on a cluster: the whole copy, and every change since. */
export type Archive = { log: string; copy: string };

const clusterOf = ({ dataFolder }: Place) => join(dataFolder, "postgres");

/** Makes the cluster that Tend will find, and tells it to archive every piece of its log. */
export async function archiveFromTheStart(place: Place): Promise<Archive> {
  const archive = { log: join(place.dataFolder, "archive", "log"), copy: join(place.dataFolder, "archive", "copy") };
  takeDataFolder(place.dataFolder).release();
  await mkdir(archive.log, { recursive: true });
  // PostgreSQL may run as another account than we do.
  await chmod(archive.log, 0o777);
  const server = await startServer({ folder: clusterOf(place), password: superuserPassword(place.dataFolder) });
  await withClient({ connectionString: server.url("postgres") }, async (client) => {
    await client.query("alter system set archive_mode = on");
    await client.query(
      `alter system set archive_command = ${client.escapeLiteral(`test ! -f ${archive.log}/%f && cp %p ${archive.log}/%f.new && mv ${archive.log}/%f.new ${archive.log}/%f`)}`,
    );
  });
  await server.stop();
  return archive;
}

/** As `pg_basebackup` does, while everything is written to. */
export async function copyWhole(place: Place, { copy }: Archive): Promise<void> {
  const connectionString = RunFile.read(place.dataFolder)?.databaseUrl;
  await withClient({ connectionString }, async (client) => {
    await client.query("select pg_backup_start('tend', true)");
    await copyFolder(clusterOf(place), copy);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(true)");
    await writeFile(join(copy, "backup_label"), rows[0]?.labelfile ?? "");
  });
}

const leftOut = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/./;

/** Files come and go meanwhile; the log knows what they should be. */
async function copyFolder(from: string, to: string, inside = ""): Promise<void> {
  await mkdir(join(to, inside), { recursive: true, mode: 0o700 });
  for (const entry of await readdir(join(from, inside), { withFileTypes: true })) {
    const path = join(inside, entry.name);
    if (leftOut.test(path) || path.startsWith("postmaster.")) continue;
    if (entry.isDirectory()) await copyFolder(from, to, path);
    else
      await pipeline(createReadStream(join(from, path)), createWriteStream(join(to, path), { mode: 0o600 })).catch(
        (error) => {
          if (error.code !== "ENOENT") throw error;
        },
      );
  }
}

/** Waits until all that is committed is in the archive. */
export async function archiveNow(place: Place): Promise<void> {
  const [row] = await ask<{ file: string }>(place, "select pg_walfile_name(pg_switch_wal()) as file");
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const archived = await ask(place, "select from pg_stat_archiver where last_archived_wal >= $1", [row?.file]);
    if (archived.length === 1) return;
  }
  throw new Error(`${row?.file} was not archived`);
}

/** In place of what was there: the copy, to be brought up to `moment` when PostgreSQL starts. */
export async function putBack(place: Place, { copy, log }: Archive, moment: string): Promise<void> {
  const cluster = clusterOf(place);
  await rm(cluster, { recursive: true, force: true });
  await copyFolder(copy, cluster);
  const settings = {
    archive_mode: "off",
    restore_command: `cp ${log}/%f %p`,
    recovery_target_time: moment,
    recovery_target_action: "promote",
    // Nobody gets in before it is what it shall be.
    hot_standby: "off",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(cluster, "postgresql.auto.conf"), lines.join(""));
  await writeFile(join(cluster, "recovery.signal"), "");
}
