import { afterAll, beforeAll, expect, test } from "vitest";
import { readOutbox, readStatement } from "../src/modules/events/outbox.repository.ts";
import { testApp } from "./support/app.ts";

const lanes = [0, 1, 2, 3, 4, 5, 6, 7];
let backend: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  backend = await testApp();
  await insert("n % 9", 1, 90);
  await insert("9", 91, 9_000);
  await backend.pool.query("analyze outbox");
  // The statistics say that a lane has ten, as they do when a broker has been away for a minute.
  await insert("n % 9", 9_001, 36_000);
});
const insert = (lane: string, first: number, last: number) =>
  backend.pool.query(
    `insert into outbox (seq, event_id, lane, topic, partition_key, payload, parked_at)
     select n, uuidv7(), ${lane}, 'task-events', n::text, '{}', case when n <= 45 then now() end from generate_series($1::int, $2::int) n`,
    [first, last],
  );
afterAll(() => backend[Symbol.asyncDispose]());

test("the first events of each lane are read, in their order, and none that is parked or another's", async () => {
  const read = await readOutbox(backend.pool, lanes.slice(1), 3);
  const byLane = Map.groupBy(read, ({ seq }) => Number(seq) % 9);
  expect([...byLane].map(([lane, rows]) => [lane, rows.map(({ seq }) => Number(seq))])).toEqual(
    lanes.slice(1).map((lane) => [lane, [45 + lane, 54 + lane, 63 + lane]]),
  );
});

test("a long outbox is not read whole for its first events", async () => {
  type Node = { "Actual Rows": number; "Actual Loops": number; "Node Type": string; Plans?: Node[] };
  const { rows } = await backend.pool.query(`explain (analyze, format json) ${readStatement}`, [lanes, 100]);
  const plan = rows[0]["QUERY PLAN"][0].Plan as Node;
  const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  expect(Math.max(...nodes(plan).map((node) => node["Actual Rows"] * node["Actual Loops"]))).toBe(800);
});
