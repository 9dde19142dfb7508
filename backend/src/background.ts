import type { Context } from "./context.ts";
import { measure } from "./measure.ts";
import { startListener } from "./modules/events/listener.ts";
import { startRelay } from "./modules/events/relay.ts";
import { startReminderTimer } from "./modules/reminders/reminder-timer.ts";

/** What the backend does between requests: publishing, firing reminders, feeding open pages. Resolves to what ends it. */
export async function startBackground(context: Context): Promise<() => Promise<void>> {
  const { pool, dapr, log, spans, metrics, streams } = context;
  const listener = startListener({ pool, log, streams });
  const { published } = measure({ pool, metrics, streams });
  const relay = startRelay({
    ...{ pool, dapr, log, spans },
    onTaken: (topic, count) => published.inc({ topic }, count),
    onPublished: () => listener.announce(),
  });
  context.wakeRelay = () => {
    relay.wake();
    streams.wake().catch((error: unknown) => log.warn({ err: error }, "open pages wait for the database"));
  };
  const timer = startReminderTimer({ pool, log, onFired: context.wakeRelay });
  return async () => {
    streams.close();
    await Promise.all([timer.close(), relay.close(), listener.close()]);
  };
}
