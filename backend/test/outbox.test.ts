import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deleteStatement, readAsQueue, readOutbox, readStatement } from "../src/modules/events/outbox.repository.ts";
import { testApp } from "./support/app.ts";

const lanes = [0, 1, 2, 3, 4, 5, 6, 7];
let backend: Awaited<ReturnType<typeof testApp>>;
let relay: PoolClient;
beforeAll(async () => {
  backend = await testApp();
  // Grown since it was last counted, as when a broker has been away for a minute; with lane 8, which is nobody's.
  await backend.pool.query(
    `insert into outbox (seq, event_id, lane, topic, partition_key, payload, parked_at)
     select n, uuidv7(), n % 9, 'task-events', n::text, jsonb_build_object('data', repeat(md5(n::text), 45)), case when n <= 45 then now() end
     from generate_series(1, 18000) n`,
  );
  relay = await backend.pool.connect();
});
afterAll(async () => {
  relay.release(true);
  await backend[Symbol.asyncDispose]();
});

type Node = { "Actual Rows": number; "Actual Loops": number; "Rows Removed by Filter"?: number; Plans?: Node[] };
const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

async function rowsTouched(statement: string, values: unknown[]): Promise<number> {
  await relay.query("begin");
  const { rows } = await relay.query(`explain (analyze, format json) ${statement}`, values);
  await relay.query("rollback");
  const touched = (node: Node) => (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  return Math.max(...nodes(rows[0]["QUERY PLAN"][0].Plan).map(touched));
}
const rowsRead = () => rowsTouched(readStatement, [lanes, 100, []]);

test("a long outbox is not read whole for its first events", async () => {
  expect(await rowsRead(), "as PostgreSQL would read it").toBeGreaterThan(10_000);
  await relay.query(readAsQueue);
  expect(await rowsRead()).toBe(800);
});

test("what has been published is deleted without a look at the others", async () => {
  const published = Array.from({ length: 500 }, (_, index) => 1_000 + index);
  expect(await rowsTouched(deleteStatement, [published])).toBe(500);
  await relay.query("set enable_seqscan = on; set enable_indexscan = off");
  expect(await rowsTouched(deleteStatement, [published]), "as PostgreSQL may do it").toBeGreaterThan(10_000);
  await relay.query(`reset enable_indexscan; ${readAsQueue}`);
});

test("what has been published and is not yet deleted is not read again", async () => {
  const [first] = await readOutbox(relay, [3], 1);
  const [next] = await readOutbox(relay, [3], 1, [Number(first?.seq)]);
  expect(Number(next?.seq) - Number(first?.seq)).toBe(9);
});

test("the first events of each lane are read, in their order, and none that is parked or another's", async () => {
  const read = await readOutbox(relay, lanes.slice(1), 3);
  const byLane = Map.groupBy(read, ({ seq }) => Number(seq) % 9);
  expect([...byLane].map(([lane, rows]) => [lane, rows.map(({ seq }) => Number(seq))])).toEqual(
    lanes.slice(1).map((lane) => [lane, [45 + lane, 54 + lane, 63 + lane]]),
  );
});
