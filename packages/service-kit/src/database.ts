import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "./log.ts";

export type Pool = pg.Pool;
/** A pool, or a client inside a transaction. */
export type Queryable = Pick<pg.Pool, "query">;
export type Tx = pg.PoolClient;

const { builtins } = pg.types;
// A date is a wall-clock thing and must not become a Date; our int8 are counters far below 2^53.
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.DATE, (text) => text],
  [builtins.TIME, (text) => text],
  [builtins.INT8, Number],
]);
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    (format !== "binary" && parsers.get(oid)) || pg.types.getTypeParser(oid, format),
};

export type PoolOptions = {
  connectionString: string;
  applicationName: string;
  log: Logger;
  /** Connections; default 10. */
  max?: number;
};

/** `date` and `time` come as text, `int8` as number, `timestamptz` as Date. A lost connection is logged and never ends the process. */
export function createPool({ connectionString, applicationName, log, max = 10 }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: applicationName,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  // A client that breaks while someone holds it emits an error of its own; its query reports it.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", (error) => log.warn({ err: error }, "an idle database connection was lost"));
  return pool;
}

/** Runs `work` in one transaction. Never call the network inside it. */
export async function transaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  tx.on("error", onError);
  try {
    await tx.query("begin");
    const result = await work(tx);
    await tx.query("commit");
    return result;
  } catch (error) {
    await tx.query("rollback").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    tx.removeListener("error", onError);
    tx.release(broken);
  }
}

const transientStates = new Set([
  "53300",
  "53400",
  "57014",
  "57P01",
  "57P02",
  "57P03",
  "57P05",
  "25P03",
  "25P04",
  "40001",
  "40P01",
  "55P03",
]);
const transientCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "EHOSTUNREACH",
]);
const lostConnection =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout/;

/** Connection lost or refused, a timeout of statement or transaction, too many connections, deadlock: worth another try. */
export function isTransientDatabaseError(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isTransientDatabaseError);
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (transientStates.has(code) || code.startsWith("08")) return true;
  return ("syscall" in error && transientCodes.has(code)) || lostConnection.test(error.message);
}

// Timeouts, locks and conflicts of the statement itself.
const statesOfOneStatement = new Set(["57014", "25P03", "25P04", "40001", "40P01", "55P03"]);

/** Nobody gets through now: another statement would fail as well, perhaps after a long wait. */
export const isDatabaseAway = (error: unknown): boolean =>
  isTransientDatabaseError(error) && !statesOfOneStatement.has(String(Reflect.get(Object(error), "code")));

/** Waits for a database that is starting; an error that waiting cannot mend (a wrong password, no such database) is thrown at once. */
export async function waitForDatabase(pool: Pool, signal: AbortSignal, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    try {
      await pool.query("select 1");
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message || String(Reflect.get(error, "code")) : String(error);
      if (!isTransientDatabaseError(error)) throw new Error(`the database refused us: ${reason}`, { cause: error });
      if (Date.now() + pause > end)
        throw new Error(`the database did not answer for ${seconds} s: ${reason}`, { cause: error });
      await sleep(pause, undefined, { signal });
    }
  }
}
