import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../bootstrap/process-identity.mjs";
import type { Engine } from "../engine/record.ts";
import { RunFile } from "../launcher/run-file.ts";
import { inOneMoment } from "./database.ts";
import { embeddedLog } from "./log/embedded-log.ts";
import { kafkaLog } from "./log/kafka-log.ts";
import type { MessageLog } from "./log/message-log.ts";
import { isPartWell, isReady } from "./parts.ts";
import type { Random } from "./random.ts";

/** Where it runs. */
export type Place = {
  base: string;
  /** DATA_DIR. */
  data: string;
  engine: Engine;
  /** Processes of each app. */
  replicas: number;
};
/** The product as whoever has access to its machine sees it. */
export type RunningProduct = Place & {
  /** As its superuser. */
  databaseUrl(): string;
  /** As the audit service, for its command. */
  auditUrl(): string;
  log: MessageLog;
  /** Names of what runs, as killing knows them. */
  parts(): string[];
  portOf(part: string): number | undefined;
  /** Every part says that it is well. */
  isWell(): Promise<boolean>;
  pidOf(target: string, random: Random): Promise<number | null>;
  isReplaced(target: string, pid: number): Promise<boolean>;
};

export function attach(place: Place): RunningProduct {
  const { base, data, engine } = place;
  const processes = () => RunFile.read(data)?.processes ?? {};
  return {
    ...place,
    databaseUrl() {
      const url = RunFile.read(data)?.databaseUrl;
      if (!url) throw new Error("the database is not there yet");
      return url;
    },
    auditUrl: () => readSecrets(data)["postgres-credentials-audit-service"] ?? "",
    log: engine === "stack" ? kafkaLog(() => `127.0.0.1:${processes().kafka?.port}`) : embeddedLog,
    parts: () => Object.keys(processes()),
    portOf: (part) => processes()[part]?.port,
    async isWell() {
      try {
        const answers = Object.entries(processes()).map(([name, { port }]) => isPartWell(name, port));
        return (await Promise.all([isReady(base), ...answers])).every(Boolean);
      } catch {
        return false;
      }
    },
    async pidOf(target, random) {
      if (target === "postgres backend") {
        // While the launcher starts, its run file does not say yet where the database is.
        const url = RunFile.read(data)?.databaseUrl;
        return url ? findBackend(url, random) : null;
      }
      const found = processes()[target];
      return found && isRunning(found) ? found.pid : null;
    },
    async isReplaced(target, pid) {
      const now = processes()[target]?.pid;
      return now !== undefined && now !== pid;
    },
  };
}

const readSecrets = (data: string): Record<string, string> =>
  JSON.parse(readFileSync(join(data, "secrets.json"), "utf8"));

/** The server process behind some connection of the product. */
async function findBackend(url: string, random: Random): Promise<number | null> {
  const text = `select pid from pg_stat_activity
    where backend_type = 'client backend' and datname is not null and pid <> pg_backend_pid() order by pid`;
  try {
    const rows = await inOneMoment(url, ({ ask }) => ask<{ pid: number }>(text));
    return rows.length === 0 ? null : random.pick(rows).pid;
  } catch {
    return null;
  }
}
