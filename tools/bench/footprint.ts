import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { settled } from "./delivery.ts";
import { drive, requestBytes } from "./load.ts";
import type { MailSink } from "./mail-sink.ts";
import { processorTimeOfAll } from "./memory.ts";
import type { Platform } from "./platform.ts";
import type { Seeded } from "./seed.ts";
import { lookAtFeed, measureStreams } from "./streams.ts";
import { type Figure, ms } from "./table.ts";

type Bench = { platform: Platform; seeded: Seeded; sink: MailSink };

/** A third of them recur; the first ones warm everything up. */
const warmUp = 300;
const tasks = 1_200;
const hotChanges = 300;

/** What one change, one reminder and one open page cost each part, and what they leave in the database: the figures of docs/scale.md. */
export async function measureFootprint({ platform, seeded, sink }: Bench): Promise<Figure[]> {
  const client = new pg.Client({ connectionString: platform.adminUrl, options: "-c search_path=todo" });
  await client.connect();
  try {
    const taskBytes = await bytesOfRow(client, "todo.tasks");
    const bench = { platform, seeded, sink, client };
    await lifeOf(warmUp, bench);
    const { creating, reminding, changing, round } = await lifeOf(tasks, bench);
    return [
      ...costs("a task made, with due and reminder", creating),
      ...costs("a reminder, in the app and by mail", reminding),
      ...costs("an edit or a completion, a sixth of them making the next occurrence", changing),
      { what: "a round of 500 reminders found due", measured: ms(round) },
      { what: "one change of a task that has many, published", measured: ms(await hotTask(bench)) },
      { what: "bytes of a row with its indexes: todo.tasks", measured: bytes(taskBytes) },
      ...(await rowSizes(client)),
      ...(await measureStreams(platform, seeded)),
      ...(await lookAtFeed(client)),
    ];
  } finally {
    await client.end();
  }
}

/** So many tasks are made, reminded of, edited and completed; all services see to each before the next. */
async function lifeOf(count: number, { platform, seeded, sink, client }: Bench & { client: pg.Client }) {
  const { rows: made } = await client.query<{ id: string; recurs: boolean }>(
    "select uuidv7() as id, n % 3 = 0 as recurs from generate_series(1, $1::int) n",
    [count],
  );
  const paths = made.map(({ id }) => `/api/v1/tasks/${id}`);
  const meter = watch(platform, client);
  const creating = await meter(count, async () => {
    const bodies = made.map(({ id, recurs }) => JSON.stringify(newTask(id, recurs)));
    await send(platform, seeded, {
      method: "POST",
      status: 201,
      requests: bodies.map((body) => ["/api/v1/tasks", body]),
    });
    await settled(platform, client);
  });
  const mails = sink.mails.length + count;
  const reminding = await meter(count, async () => {
    await client.query("update reminders set fire_at = now() where fire_at is not null and fired_at is null");
    await until("all mails", async () => sink.mails.length >= mails);
    await settled(platform, client);
  });
  const { rows: rounds } = await client.query<{ at: number }>(
    `select distinct extract(epoch from fired_at)::float8 * 1000 as at from reminders where task_id = any($1::uuid[]) and fired_at is not null order by 1`,
    [made.map(({ id }) => id)],
  );
  const round = ((rounds.at(-1)?.at ?? 0) - (rounds[0]?.at ?? 0)) / (rounds.length - 1);
  const changing = await meter(2 * count, async () => {
    const edit = '{"title":"Call the roofer again"}';
    await send(platform, seeded, { method: "PATCH", status: 200, requests: paths.map((path) => [path, edit]) });
    await send(platform, seeded, {
      method: "POST",
      status: 200,
      requests: paths.map((path) => [`${path}/complete`, undefined]),
    });
    await until("all next occurrences", async () => (await countFollowers(client, made)) >= count / 3);
    await settled(platform, client);
  });
  return { creating, reminding, changing, round };
}

/** Milliseconds: the relay never has two events of one task in one call. */
async function hotTask({ platform, seeded, client }: Bench & { client: pg.Client }): Promise<number> {
  const requests = Array.from(
    { length: hotChanges },
    (_, index): Request => [`/api/v1/tasks/${seeded.ofLarge[0]}`, `{"title":"Version ${index}"}`],
  );
  platform.pauseSidecar();
  await send(platform, seeded, { method: "PATCH", status: 200, requests, connections: 1 });
  platform.resumeSidecar();
  const began = performance.now();
  await untilPublished(client);
  const took = (performance.now() - began) / hotChanges;
  await settled(platform, client);
  return took;
}

const untilPublished = (client: pg.Client) =>
  until(
    "an empty outbox",
    async () => (await client.query("select from outbox where parked_at is null limit 1")).rowCount === 0,
  );

function newTask(id: string, recurs: boolean): object {
  const due = { date: "2027-06-01", time: "09:00", timeZone: "Europe/Berlin" };
  const recurrence = { rrule: "FREQ=DAILY", from: "due" };
  const task = { id, title: "Call the roofer about the invoice", due, reminders: [{ before: "PT10M" }] };
  return recurs ? { ...task, recurrence } : task;
}

type Request = readonly [path: string, body: string | undefined];
type Sending = { method: string; status: number; requests: Request[]; connections?: number };

async function send(
  { backendPort: port }: Platform,
  { token }: Seeded,
  { method, status, requests, connections = 10 }: Sending,
): Promise<void> {
  const waiting = requests.values();
  const next = () => {
    const { value } = waiting.next();
    return value ? requestBytes(method, value[0], token, value[1]) : null;
  };
  const { failures, count } = await drive({ port, connections, seconds: 120, status, next });
  if (failures > 0 || count < requests.length) throw new Error(`${failures} of ${count} requests failed: ${method}`);
}

async function countFollowers(client: pg.Client, made: { id: string }[]): Promise<number> {
  const text = "select count(*)::int as count from tasks where predecessor_id = any($1::uuid[])";
  const { rows } = await client.query<{ count: number }>(text, [made.map(({ id }) => id)]);
  return rows[0]?.count ?? 0;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 90_000; !(await isSo()); await sleep(50))
    if (Date.now() > end) throw new Error(`after 90 s there were not yet ${what}`);
}

/** Microseconds of processor time by part, and bytes of write-ahead log, for each of `count`. */
type Cost = { parts: Map<string, number>; log: number };

const watch =
  ({ processes }: Platform, client: pg.Client) =>
  async (count: number, work: () => Promise<void>): Promise<Cost> => {
    const read = async () => {
      const { rows } = await client.query<{ at: string }>("select pg_current_wal_insert_lsn() - '0/0' as at");
      return {
        parts: [...processes].map(([name, pid]) => [name, processorTimeOfAll(pid)] as const),
        log: Number(rows[0]?.at),
      };
    };
    const before = await read();
    await work();
    const after = await read();
    const parts = after.parts.map(
      ([name, time], index) => [name, (time - (before.parts[index]?.[1] ?? 0)) / count] as const,
    );
    return { parts: new Map(parts), log: (after.log - before.log) / count };
  };

const costs = (what: string, { parts, log }: Cost): Figure[] => [
  { what: `${what}: write-ahead log`, measured: bytes(log) },
  ...[...parts]
    .filter(([, time]) => time >= 10)
    .map(([name, time]) => ({ what: `  ${name}`, measured: ms(time / 1_000) })),
];
const bytes = (count: number) => `${Math.round(count).toLocaleString("en")} B`;

const tables = [
  "todo.events",
  "todo.reminders",
  "audit.chain",
  "audit.details",
  "audit.inbox",
  "notification.inbox",
  "notification.notifications",
  "notification.deliveries",
  "recurring.inbox",
  "recurring.occurrences",
];

async function rowSizes(client: pg.Client): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const table of tables) figures.push({ what: `  ${table}`, measured: bytes(await bytesOfRow(client, table)) });
  const { rows } = await client.query<{ size: number }>(
    "select avg(octet_length(body))::float8 as size from dapr.messages m join dapr.topics t on t.id = m.topic_id where t.name = 'task-events'",
  );
  return [...figures, { what: "  an event as it is published", measured: bytes(rows[0]?.size ?? 0) }];
}

/** Rewritten first, so that what was updated or deleted does not count. */
async function bytesOfRow(client: pg.Client, table: string): Promise<number> {
  await client.query(`vacuum (full) ${table}`);
  const { rows } = await client.query<{ size: number }>(
    `select pg_total_relation_size('${table}')::float8 / greatest(count(*), 1) as size from ${table}`,
  );
  return rows[0]?.size ?? 0;
}
