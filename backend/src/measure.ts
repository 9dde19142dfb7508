import { Counter, gauge, type Metrics, type Pool } from "@tend/service-kit";
import { outboxState } from "./modules/events/outbox.repository.ts";
import { untilNextReminder } from "./modules/reminders/fire-due-reminders.ts";

type Measured = { pool: Pool; metrics: Metrics; streams: { readonly size: number } };

/** What the backend tells Prometheus besides its requests. */
export function measure({ pool, metrics, streams }: Measured) {
  const ask = (name: string, help: string, read: () => Promise<number> | number) => gauge(metrics, name, help, read);
  const outbox = oneAtATime(() => outboxState(pool));
  ask("tend_outbox_age_seconds", "Age of the oldest event that is not yet published", async () => (await outbox()).age);
  ask("tend_outbox_waiting", "Events that are not yet published", async () => (await outbox()).waiting);
  ask("tend_outbox_parked", "Events that were refused for their content", async () => (await outbox()).parked);
  ask("tend_reminder_lateness_seconds", "How long the reminder that is due longest waits to be fired", async () =>
    Math.max(0, -((await untilNextReminder(pool)) ?? 0) / 1_000),
  );
  ask("tend_streams_open", "Pages that are listening", () => streams.size);
  ask("tend_oldest_transaction_seconds", "Age of the oldest open transaction, which holds the feed back", async () => {
    const text =
      "select coalesce(max(extract(epoch from now() - xact_start)), 0)::float8 as age from pg_stat_activity where backend_xid is not null";
    const { rows } = await pool.query<{ age: number }>(text);
    return rows[0]?.age ?? 0;
  });
  return {
    published: new Counter({
      name: "tend_events_published_total",
      help: "Events that the broker has, by topic",
      labelNames: ["topic"],
      registers: [metrics],
    }),
  };
}

/** Who asks while an answer is under way is given that one. */
function oneAtATime<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
