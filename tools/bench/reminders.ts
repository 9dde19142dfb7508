import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { settled } from "./delivery.ts";
import { drive, requestBytes, summarise } from "./load.ts";
import type { MailSink } from "./mail-sink.ts";
import type { Platform } from "./platform.ts";
import type { Seeded } from "./seed.ts";
import { type Figure, ms } from "./table.ts";

type Bench = { platform: Platform; seeded: Seeded; sink: MailSink; count: number };

/** Many reminders of the same second: when each was in the app and at the mail server; none early, twice or lost. */
export async function measureReminders({ platform, seeded, sink, count }: Bench): Promise<Figure[]> {
  const client = new pg.Client({ connectionString: platform.adminUrl, options: "-c search_path=todo" });
  await client.connect();
  try {
    const fireAt = momentAfter(count / 400 + 10);
    await makeTasks({ platform, seeded, count, fireAt });
    await settled(platform, client);
    if (Date.now() > fireAt - 500) throw new Error("the tasks were not made in time: give --reminders less");
    await sleep(fireAt - Date.now());
    await waitForMails(sink, count);
    const { rows } = await client.query<{ late: number; reminder: string }>(
      `select extract(epoch from d.sent_at)::float8 * 1000 - $1 as late, n.reminder_id::text as reminder
       from notification.deliveries d join notification.notifications n on n.id = d.notification_id
       where d.channel = 'in-app' and d.sent_at is not null and n.fire_at = to_timestamp($1::float8 / 1000)`,
      [fireAt],
    );
    return figures(
      rows,
      sink.mails.map(({ id, at }) => ({ late: at - fireAt, reminder: id })),
      count,
    );
  } finally {
    await client.end();
  }
}

/** The next whole second after so many seconds. */
const momentAfter = (seconds: number) => Math.ceil((Date.now() + seconds * 1_000) / 1_000) * 1_000;

async function makeTasks({ platform, seeded, count, fireAt }: Omit<Bench, "sink"> & { fireAt: number }): Promise<void> {
  // A due has minutes; what is between it and the second is the reminder's.
  const due = new Date(Math.ceil((fireAt + 60_000) / 60_000) * 60_000);
  const before = `PT${(due.getTime() - fireAt) / 1_000}S`;
  const [date = "", time = ""] = [due.toISOString().slice(0, 10), due.toISOString().slice(11, 16)];
  let made = 0;
  const next = () => {
    if (made++ >= count) return null;
    const body = { title: `Water plant ${made}`, due: { date, time, timeZone: "UTC" }, reminders: [{ before }] };
    return requestBytes("POST", "/api/v1/tasks", seeded.token, JSON.stringify(body));
  };
  const { failures } = await drive({ port: platform.backendPort, connections: 10, seconds: 120, status: 201, next });
  if (failures > 0) throw new Error(`${failures} tasks with reminders were not made`);
}

async function waitForMails({ mails }: MailSink, count: number): Promise<void> {
  for (const end = Date.now() + 90_000; mails.length < count && Date.now() < end; ) await sleep(100);
  // What comes twice comes a little later.
  await sleep(1_500);
}

type Arrival = { late: number; reminder: string };

function figures(inApp: Arrival[], mails: Arrival[], count: number): Figure[] {
  const late = (arrivals: Arrival[]) =>
    summarise(
      arrivals.map((arrival) => arrival.late),
      1,
    );
  const wrong = (arrivals: Arrival[]) => {
    const distinct = new Set(arrivals.map(({ reminder }) => reminder)).size;
    return {
      early: arrivals.filter((arrival) => arrival.late < 0).length,
      twice: arrivals.length - distinct,
      lost: count - distinct,
    };
  };
  const [app, mail] = [wrong(inApp), wrong(mails)];
  const text = ({ early, twice, lost }: typeof app) => `${early} early, ${twice} twice, ${lost} lost`;
  const isRight = [app, mail].every(({ early, twice, lost }) => early + twice + lost === 0);
  const what = `${count.toLocaleString("en")} reminders of one second`;
  return [
    {
      what: `${what}, in the app, p50 / p99 late`,
      measured: `${ms(late(inApp).p50)} / ${ms(late(inApp).p99)}`,
      budget: "p99 ≤ 2 s",
      isWithin: late(inApp).p99 <= 2_000,
    },
    {
      what: `${what}, at the mail server, p50 / p99 late`,
      measured: `${ms(late(mails).p50)} / ${ms(late(mails).p99)}`,
    },
    {
      what: `${what}, in the app · by mail`,
      measured: `${text(app)} · ${text(mail)}`,
      budget: "0, 0, 0",
      isWithin: isRight,
    },
  ];
}
