import { setTimeout as sleep } from "node:timers/promises";
import type { Logger, Pool } from "@tend/service-kit";
import type { PoolClient } from "pg";
import type { StreamHub } from "./stream.ts";

const feedChannel = "tend_feed";
const signalChannel = "tend_signal";
/** Milliseconds between looks at the feed while a page is open, should a notification be lost. */
const pollMs = 250;
const heartbeatMs = 20_000;
const revocationMs = 5_000;
const reconnectMs = 1_000;

export type Listener = { announce(): void; close(): Promise<void> };

/** Hears from every replica that there is something to read, and tells the open pages of this one. */
export function startListener({ pool, log, streams }: { pool: Pool; log: Logger; streams: StreamHub }): Listener {
  const stop = new AbortController();
  const quietly = (work: Promise<unknown>) =>
    void work.catch(
      (error: unknown) => !stop.signal.aborted && log.warn({ err: error }, "open pages wait for the database"),
    );
  const timers = [
    setInterval(() => quietly(streams.wake()), pollMs),
    setInterval(() => streams.heartbeat(), heartbeatMs),
    setInterval(() => quietly(streams.endRevoked()), revocationMs),
  ];
  const listening = listen({ pool, log, streams, signal: stop.signal });
  return {
    announce: () => quietly(pool.query(`notify ${feedChannel}`)),
    async close() {
      for (const timer of timers) clearInterval(timer);
      stop.abort();
      await listening;
    },
  };
}

async function listen({
  pool,
  log,
  streams,
  signal,
}: {
  pool: Pool;
  log: Logger;
  streams: StreamHub;
  signal: AbortSignal;
}) {
  while (!signal.aborted) {
    try {
      const client = await pool.connect();
      await hear({ client, streams, signal }).finally(() => client.release(true));
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, "not listening: the database is away");
    }
    await sleep(reconnectMs, undefined, { signal }).catch(() => {});
  }
}

/** Until the connection is lost. */
async function hear({ client, streams, signal }: { client: PoolClient; streams: StreamHub; signal: AbortSignal }) {
  const lost = Promise.withResolvers<void>();
  client.on("error", () => lost.resolve());
  client.on("notification", ({ channel, payload }) => {
    if (channel === signalChannel && payload) streams.notify(payload);
    else streams.wake().catch(() => {});
  });
  signal.addEventListener("abort", () => lost.resolve(), { once: true });
  await client.query(`listen ${feedChannel}`);
  await client.query(`listen ${signalChannel}`);
  await lost.promise;
}

/** To the account's pages on every replica; outside any transaction. */
export const signalAccount = (pool: Pool, accountId: string) =>
  pool.query("select pg_notify($1, $2)", [signalChannel, accountId]);
