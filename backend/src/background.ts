import { Gauge, type Metrics, type Pool } from "@tend/service-kit";
import type { Context } from "./context.ts";
import { beginEpochIfRestored } from "./modules/events/feed.ts";
import { startListener } from "./modules/events/listener.ts";
import { outboxState } from "./modules/events/outbox.repository.ts";
import { startRelay } from "./modules/events/relay.ts";
import type { StreamHub } from "./modules/events/stream.ts";
import { startReminderTimer } from "./modules/reminders/reminder-timer.ts";

/** What the backend does between requests: publishing, firing reminders, feeding open pages. Resolves to what ends it. */
export async function startBackground(context: Context): Promise<() => Promise<void>> {
  const { pool, dapr, log, spans, metrics, streams } = context;
  await beginEpochIfRestored(pool);
  const listener = startListener({ pool, log, streams });
  const relay = startRelay({ pool, dapr, log, spans, onPublished: () => listener.announce() });
  context.wakeRelay = () => {
    relay.wake();
    streams.wake().catch((error: unknown) => log.warn({ err: error }, "open pages wait for the database"));
  };
  const timer = startReminderTimer({ pool, log, onFired: context.wakeRelay });
  measure(pool, metrics, streams);
  return async () => {
    streams.close();
    await Promise.all([timer.close(), relay.close(), listener.close()]);
  };
}

function measure(pool: Pool, metrics: Metrics, streams: StreamHub) {
  const gauge = (name: string, help: string, read: () => Promise<number> | number) =>
    new Gauge({
      name,
      help,
      registers: [metrics],
      async collect() {
        this.set(await Promise.resolve(read()).catch(() => Number.NaN));
      },
    });
  gauge(
    "tend_outbox_age_seconds",
    "Age of the oldest event that is not yet published",
    async () => (await outboxState(pool)).age,
  );
  gauge("tend_outbox_waiting", "Events that are not yet published", async () => (await outboxState(pool)).waiting);
  gauge(
    "tend_outbox_parked",
    "Events that were refused for their content",
    async () => (await outboxState(pool)).parked,
  );
  gauge("tend_streams_open", "Pages that are listening", () => streams.size);
  gauge(
    "tend_oldest_transaction_seconds",
    "Age of the oldest open transaction, which holds the feed back",
    async () => {
      const text =
        "select coalesce(max(extract(epoch from now() - xact_start)), 0)::float8 as age from pg_stat_activity where backend_xid is not null";
      const { rows } = await pool.query<{ age: number }>(text);
      return rows[0]?.age ?? 0;
    },
  );
}
