import { createLogger, createSpans, type Dapr, type Pool } from "@tend/service-kit";
import { expect, it } from "vitest";
import type { Pointer } from "../src/modules/events/outbox.repository.ts";
import { publish } from "../src/modules/events/publish.ts";

const pointer = (seq: number, partition_key: string): Pointer => ({
  seq,
  event_id: String(seq),
  topic: "task-events",
  partition_key,
  traceparent: null,
  epoch: 1,
  payload: '{"specversion":"1.0"}',
});

/** Takes all but the named events. */
async function publishing(refused: string[], pointers: Pointer[]) {
  const taken: string[] = [];
  const publishBulk: Dapr["publishBulk"] = async (_topic, entries) => {
    const ids = entries.map(({ entryId }) => entryId);
    taken.push(...ids.filter((id) => !refused.includes(id)));
    return ids.filter((id) => refused.includes(id));
  };
  const pool = { query: async () => ({ rows: [] }) } as unknown as Pool;
  const spans = await createSpans("test", undefined);
  let counted = 0;
  const published: number[] = [];
  const work = publish(
    {
      ...{ pool, log: createLogger("test", "silent"), spans, dapr: { publishBulk } as unknown as Dapr },
      onTaken: (_topic, count) => (counted += count),
    },
    pointers,
    published,
  );
  const failure = await work.catch((error: unknown) => error);
  expect(counted).toBe(taken.length);
  expect(published).toEqual(taken.map(Number));
  return { taken, failure };
}

it("publishes everything, each key in its order", async () => {
  const { taken, failure } = await publishing([], [pointer(1, "a"), pointer(2, "b"), pointer(3, "a"), pointer(4, "a")]);
  expect(failure).toBeUndefined();
  expect(taken).toEqual(["1", "2", "3", "4"]);
});

it("lets no event overtake one of its key that a broker did not take", async () => {
  const { taken, failure } = await publishing(["1"], [pointer(1, "a"), pointer(2, "b"), pointer(3, "a")]);
  expect(failure).toBeInstanceOf(Error);
  expect(taken).toEqual(["2"]);
});

it("says in which epoch an event was published", async () => {
  const sent: string[] = [];
  const publishBulk: Dapr["publishBulk"] = async (_topic, entries) => {
    sent.push(...entries.map(({ event }) => event));
    return [];
  };
  await publish(
    {
      pool: { query: async () => ({ rows: [] }) } as unknown as Pool,
      log: createLogger("test", "silent"),
      spans: await createSpans("test", undefined),
      dapr: { publishBulk } as unknown as Dapr,
      onTaken: () => {},
    },
    [{ ...pointer(1, "a"), epoch: 7 }],
    [],
  );
  expect(sent.map((event) => JSON.parse(event))).toEqual([{ specversion: "1.0", epoch: "7" }]);
});
