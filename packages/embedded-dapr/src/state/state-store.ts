import type pg from "pg";
import { DaprError } from "../errors.ts";

export interface SetRequest {
  key: string;
  value?: unknown;
  etag?: string | null;
  metadata?: Record<string, string> | null;
  options?: { concurrency?: string; consistency?: string } | null;
}

export type DeleteRequest = Pick<SetRequest, "key" | "etag">;
export type Operation = { kind: "upsert"; request: SetRequest } | { kind: "delete"; request: DeleteRequest };

export interface StoredValue {
  key: string;
  value: Buffer;
  etag: string;
  expiresAt: Date | null;
}

export class EtagMismatch extends Error {}

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const live = "(expires_at is null or expires_at >= now())";

type Query = Pick<pg.Pool, "query">;

/** Dapr's `state.postgresql` v2 on the same table, statement for statement. */
export class StateStore {
  readonly #pool: pg.Pool;
  readonly #table: string;

  constructor(pool: pg.Pool, tablePrefix: string) {
    this.#pool = pool;
    this.#table = `"${`${tablePrefix}state`.replaceAll('"', '""')}"`;
  }

  async get(keys: string[]): Promise<Map<string, StoredValue>> {
    const { rows } = await this.#pool.query<StoredValue>(
      `select key, value, etag, expires_at as "expiresAt" from ${this.#table} where key = any($1) and ${live}`,
      [keys],
    );
    return new Map(rows.map((row) => [row.key, row]));
  }

  /** Each by itself, as in Dapr: one that is refused keeps no other out. */
  async set(requests: SetRequest[]): Promise<void> {
    const done = await Promise.allSettled(requests.map((request) => this.#set(this.#pool, request)));
    const failures = done.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    if (failures.length > 0) throw failures.find((reason) => reason instanceof EtagMismatch) ?? failures[0];
  }

  delete(request: DeleteRequest): Promise<void> {
    return this.#delete(this.#pool, request);
  }

  /** All or nothing. */
  async transact(operations: Operation[]): Promise<void> {
    if (operations.length === 1) return this.#apply(this.#pool, operations[0]!);
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query("begin");
      for (const operation of operations) await this.#apply(client, operation);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => {});
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }

  async deleteExpired(): Promise<void> {
    await this.#pool.query(`delete from ${this.#table} where expires_at is not null and expires_at < now()`);
  }

  #apply(on: Query, operation: Operation): Promise<void> {
    return operation.kind === "upsert" ? this.#set(on, operation.request) : this.#delete(on, operation.request);
  }

  async #set(on: Query, { key, value, etag, metadata, options }: SetRequest): Promise<void> {
    const ttl = parseTtl(metadata?.ttlInSeconds);
    const json = JSON.stringify(value ?? null);
    if (etag) {
      if (!uuid.test(etag)) throw new EtagMismatch("possible etag mismatch: the etag is not valid");
      const { rowCount } = await on.query(
        `update ${this.#table} set value = convert_to($2, 'UTF8'), updated_at = now(), etag = gen_random_uuid(),
          expires_at = now() + make_interval(secs => $4) where key = $1 and etag = $3 and ${live}`,
        [key, json, etag, ttl],
      );
      if (rowCount !== 1) throw new EtagMismatch("possible etag mismatch");
      return;
    }
    const onlyExpired =
      options?.concurrency === "first-write" ? "where t.expires_at is not null and t.expires_at < now()" : "";
    const { rowCount } = await on.query(
      `insert into ${this.#table} as t (key, value, expires_at)
        values ($1, convert_to($2, 'UTF8'), now() + make_interval(secs => $3))
        on conflict (key) do update set value = excluded.value, updated_at = now(), etag = gen_random_uuid(),
          expires_at = excluded.expires_at ${onlyExpired}`,
      [key, json, ttl],
    );
    if (rowCount !== 1) throw new Error("no item was updated");
  }

  async #delete(on: Query, { key, etag }: DeleteRequest): Promise<void> {
    if (etag && !uuid.test(etag)) throw new EtagMismatch("possible etag mismatch: the etag is not valid");
    const { rowCount } = await on.query(
      `delete from ${this.#table} where key = $1 and ($2::uuid is null or etag = $2)`,
      [key, etag || null],
    );
    if (etag && rowCount !== 1) throw new EtagMismatch("possible etag mismatch");
  }
}

/** Seconds; null (and -1, as in Dapr) is for ever. */
function parseTtl(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < -1) {
    throw new DaprError(
      500,
      "ERR_STATE_SAVE",
      `error parsing TTL: incorrect value for metadata 'ttlInSeconds': ${text}`,
    );
  }
  return seconds <= 0 ? null : seconds;
}
