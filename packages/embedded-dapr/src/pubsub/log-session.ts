import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";
import { messageOf } from "../errors.ts";
import { Gate } from "../gate.ts";

export interface LogSessionOptions {
  databaseUrl: string;
  logger: Logger;
  /** How long the first start waits for another sidecar to let go of the log, in milliseconds. */
  lockWaitMs: number;
  /** Runs on every new session, before `open` opens. */
  prepare(client: pg.Client): Promise<void>;
  onNotify(): void;
}

export function databaseOptions(databaseUrl: string, name: string): pg.ClientConfig {
  return { connectionString: databaseUrl, application_name: name, options: "-c search_path=dapr", keepAlive: true };
}

/**
 * The database session that owns the log: it holds the lock and does every write, so that the lock cannot be lost
 * without the writes failing. It comes back by itself when PostgreSQL does.
 */
export class LogSession {
  readonly open = new Gate();
  readonly #options: LogSessionOptions;
  readonly #stopped = new AbortController();
  #client: pg.Client | null = null;

  constructor(options: LogSessionOptions) {
    this.#options = options;
  }

  get client(): pg.Client | null {
    return this.#client;
  }

  async start(): Promise<void> {
    await this.#connect(Date.now() + this.#options.lockWaitMs);
  }

  /** Ends a session whose last write failed in an unknown way; a new one reads what really happened. */
  fail(client: pg.Client): void {
    if (this.#client !== client) return;
    this.open.close();
    this.#client = null;
    client.end().catch(() => {});
    void this.#reconnect();
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.open.close();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  async #connect(deadline: number): Promise<void> {
    const client = new pg.Client(databaseOptions(this.#options.databaseUrl, "embedded-dapr log"));
    client.on("error", (error) => {
      if (this.#client === client)
        this.#options.logger.warn({ reason: messageOf(error) }, "the log lost its database session");
    });
    client.on("end", () => this.fail(client));
    client.on("notification", () => this.#options.onNotify());
    try {
      await client.connect();
      await client.query("set statement_timeout = 0; set idle_session_timeout = 0");
      await this.#lock(client, deadline);
      await client.query("listen embedded_dapr_requests");
      await this.#options.prepare(client);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    if (this.#stopped.signal.aborted) return void (await client.end());
    this.#client = client;
    this.open.open();
  }

  async #lock(client: pg.Client, deadline: number): Promise<void> {
    let told = false;
    for (;;) {
      const { rows } = await client.query<{ locked: boolean }>(
        "select pg_try_advisory_lock(hashtextextended('embedded-dapr log ' || current_schema, 0)) as locked",
      );
      if (rows[0]?.locked || this.#stopped.signal.aborted) return;
      if (Date.now() > deadline) throw new Error("another sidecar is running on this database; stop it first");
      if (!told) this.#options.logger.warn("waiting for another sidecar on this database to stop");
      told = true;
      await sleep(100, undefined, { signal: this.#stopped.signal }).catch(() => {});
    }
  }

  async #reconnect(): Promise<void> {
    for (let wait = 50; !this.#stopped.signal.aborted; wait = Math.min(wait * 2, 1_000)) {
      try {
        await this.#connect(Number.POSITIVE_INFINITY);
        return this.#options.logger.info("the log has its database session again");
      } catch (error) {
        this.#options.logger.warn({ reason: messageOf(error) }, "the log waits for the database");
        await sleep(wait, undefined, { signal: this.#stopped.signal }).catch(() => {});
      }
    }
  }
}
