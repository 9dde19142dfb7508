import { migrate } from "@tend/service-kit/migrate";
import { createTestDatabase, type TestDatabase, until } from "@tend/service-kit/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { migrations } from "../src/index.ts";
import { createMetrics } from "../src/metrics.ts";
import { type Entry, OrderedLog } from "../src/pubsub/log.ts";
import { prune } from "../src/pubsub/retention.ts";
import { silent } from "./support/embedded-target.ts";

let database: TestDatabase;
const logs: OrderedLog[] = [];

async function open(over = {}): Promise<OrderedLog> {
  const options = {
    databaseUrl: database.connectionString,
    logger: silent,
    metrics: createMetrics(),
    lockWaitMs: 0,
    partitions: 4,
  };
  const log = new OrderedLog({ ...options, onRequest: () => {}, ...over });
  logs.push(log);
  await log.start();
  return log;
}

beforeEach(async () => {
  database = await createTestDatabase("dapr");
  await migrate({ connectionString: database.connectionString, directory: migrations, schema: "dapr" });
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  await database.drop();
});

const entry = (n: number, key: string | null = null): Entry => ({
  topic: "events",
  key,
  headers: {},
  body: `{"n":${n}}`,
});

it("commits in groups what is published at the same time", async () => {
  const metrics = createMetrics();
  const log = await open({ metrics });
  await log.topic("events");
  await Promise.all(Array.from({ length: 500 }, (_, n) => log.append([entry(n)])));
  const { values } = await metrics.batch.get();
  expect(values.find(({ metricName }) => metricName?.endsWith("_sum"))!.value).toBe(500);
  expect(values.find(({ metricName }) => metricName?.endsWith("_count"))!.value).toBeLessThanOrEqual(3);
});

it("numbers each partition without a gap and keeps a key in one partition", async () => {
  const log = await open();
  await log.append(Array.from({ length: 200 }, (_, n) => entry(n, `k${n % 10}`)));
  const { rows } = await database.pool.query(
    'select partition, array_agg("offset" order by "offset")::int[] as offsets from messages group by partition',
  );
  for (const { offsets } of rows) expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, n) => n));
  const spread = await database.pool.query(
    "select count(distinct partition)::int as partitions from messages group by key",
  );
  expect(spread.rows.every(({ partitions }) => partitions === 1)).toBe(true);
});

it("goes on with its numbers after a restart and after retention", async () => {
  const first = await open();
  await first.append(Array.from({ length: 8 }, (_, n) => entry(n, "a")));
  await first.close();
  await database.pool.query("update messages set published_at = now() - interval '8 days'");
  const second = await open();
  expect(await prune(second.pool, { days: 7, deadLetterDays: 90 })).toBe(8);
  await second.close();
  const third = await open();
  await third.append([entry(9, "a")]);
  const { rows } = await database.pool.query('select "offset"::int as offset from messages');
  expect(rows).toEqual([{ offset: 8 }]);
});

it("prunes only what every group has consumed and what is old", async () => {
  const log = await open();
  await log.append(Array.from({ length: 10 }, (_, n) => entry(n, "a")));
  const [partition] = (await log.topic("events")).filter(({ next }) => next > 0);
  await database.pool.query(
    "insert into consumer_offsets (group_id, topic_id, partition, next_offset) values ('fast', $1, $2, 10), ('slow', $1, $2, 4)",
    [partition!.topicId, partition!.number],
  );
  expect(await prune(log.pool, { days: 7, deadLetterDays: 90 })).toBe(0);
  await database.pool.query(`update messages set published_at = now() - interval '8 days' where "offset" < 6`);
  expect(await prune(log.pool, { days: 7, deadLetterDays: 90 })).toBe(4);
});

it("rejects while its session is lost and takes up again", async () => {
  const log = await open();
  await log.append([entry(1, "a")]);
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'embedded-dapr log' and datname = current_database()",
  );
  await until(async () =>
    log.append([entry(2, "a")]).then(
      () => true,
      () => false,
    ),
  );
  const { rows } = await database.pool.query(
    'select array_agg("offset"::int order by "offset") as offsets from messages',
  );
  expect(rows[0].offsets).toEqual(rows[0].offsets.map((_: number, index: number) => index));
});

it("says who else is running", async () => {
  await open();
  await expect(open()).rejects.toThrow("another sidecar is running on this database; stop it first");
});
