import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "@tend/service-kit";
import type pg from "pg";
import { deletePublished, type Pointer, readAsQueue, readOutbox } from "./outbox.repository.ts";
import { type Publisher, publish } from "./publish.ts";

const lanes = 8;
/** Advisory lock class of the outbox lanes; the second key is the lane. */
const lockClass = 7_301;
/** Of all lanes together about what one call to the broker takes. */
const rowsPerLane = 64;
/** Longest time without looking, in milliseconds; commits of this process wake the relay at once. */
const pollMs = 1_000;
const retryMs = 500;

type RelayOptions = Publisher & {
  /** Called after each batch: pages are told. */
  onPublished(): void;
};

export type Relay = { wake(): void; close(): Promise<void> };

/**
 * Publishes what is committed, in order of `seq` for each lane. A lane belongs to the replica that holds its advisory lock, on a
 * connection of the relay's own: when the process or the connection dies, another takes it over. Published rows are deleted
 * while the next are published, so a crash between the two publishes them again: consumers see an event twice, never not at all.
 */
export function startRelay(options: RelayOptions): Relay {
  const { pool, log } = options;
  const stop = new AbortController();
  const bell = createBell(stop.signal);

  const run = async () => {
    while (!stop.signal.aborted) {
      let lease: Lease | null = null;
      try {
        lease = await openLease(pool);
        await drain(lease, { ...options, bell, signal: stop.signal });
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ err: error }, "the outbox waits: publishing failed and is tried again");
        await sleep(retryMs, undefined, { signal: stop.signal }).catch(() => {});
      } finally {
        lease?.release();
      }
    }
  };
  const running = run();
  return {
    wake: bell.ring,
    async close() {
      stop.abort();
      await running;
    },
  };
}

type DrainOptions = RelayOptions & { bell: Bell; signal: AbortSignal };

/** Until it is told to stop, or fails. */
async function drain(lease: Lease, { onPublished, bell, signal, ...publisher }: DrainOptions): Promise<void> {
  let published: number[] = [];
  try {
    while (!signal.aborted) {
      bell.reset();
      await lease.claim();
      const pointers = await lease.read(published);
      const deletion = lease.delete(published);
      published = [];
      const isIdle = pointers.length === 0;
      const next = isIdle ? bell.wait(pollMs) : publish(publisher, pointers, published).finally(onPublished);
      await allDone(deletion, next);
    }
  } finally {
    await lease.delete(published);
  }
}

/** As `Promise.all`, but a failure does not leave the others behind at work. */
async function allDone(...work: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

type Bell = ReturnType<typeof createBell>;

/** A wait that ringing ends; a ring between `reset` and `wait` is not lost. */
function createBell(signal: AbortSignal) {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    ring: () => resolve(),
    reset() {
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
    wait: (ms: number) => Promise.race([promise, sleep(ms, undefined, { signal }).catch(() => {})]),
  };
}

type Lease = {
  claim(): Promise<void>;
  read(except: number[]): Promise<Pointer[]>;
  delete(published: number[]): Promise<void>;
  release(): void;
};

async function openLease(pool: Pool): Promise<Lease> {
  const client: pg.PoolClient = await pool.connect();
  const held: number[] = [];
  let failure: Error | undefined;
  let claimedAt = 0;
  const onError = (error: Error) => (failure = error);
  client.on("error", onError);
  return {
    async claim() {
      if (failure) throw failure;
      if (held.length === lanes || Date.now() - claimedAt < 5_000) return;
      if (claimedAt === 0) await client.query(readAsQueue);
      claimedAt = Date.now();
      const text =
        "select lane from generate_series(0, $2::int - 1) lane where not lane = any($3::int[]) and pg_try_advisory_lock($1, lane)";
      const { rows } = await client.query<{ lane: number }>(text, [lockClass, lanes, held]);
      held.push(...rows.map((row) => row.lane));
    },
    read: (except) => readOutbox(client, held, rowsPerLane, except),
    delete: (published) => deletePublished(client, published),
    release() {
      client.removeListener("error", onError);
      client.release(true);
    },
  };
}
