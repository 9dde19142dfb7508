import { taskCreated } from "@tend/contracts";
import { expect, it } from "vitest";
import { createDispatch } from "../src/dispatch.ts";
import { createLogger, createMetrics, createSpans, eventDelays, handler, type Pool } from "../src/index.ts";
import { cloudEvent, newId, newTask, now } from "../testing/index.ts";

const created = (over: { epoch?: string } = {}) => {
  const actor = { kind: "user" as const, id: newId() };
  const data = { accountId: newId(), actor, at: now(), task: newTask(), changes: {}, series: null };
  return cloudEvent(taskCreated, data, over);
};

it("asks a database that is away once for a batch, not once for each event", async () => {
  let asked = 0;
  const connect = async () => {
    asked++;
    throw new Error("timeout exceeded when trying to connect");
  };
  const dispatch = createDispatch({
    pool: { connect } as unknown as Pool,
    log: createLogger("test", "silent"),
    spans: await createSpans("test", undefined),
    delays: eventDelays(createMetrics("test")),
    epoch: 0,
    context: {},
    handlers: [handler(taskCreated, async () => {})],
  });
  expect(await dispatch([created(), created(), created()])).toEqual(["RETRY", "RETRY", "RETRY"]);
  expect(asked).toBe(1);
});

it("passes over what was published in an epoch that a restore has ended, and takes it off the broker", async () => {
  const handled: unknown[] = [];
  const pool = {
    connect: async () => ({
      query: async (statement: string | { values: [string[]] }) =>
        typeof statement === "string" ? {} : { rows: statement.values[0].map((event_id) => ({ event_id })) },
      on() {},
      removeListener() {},
      release() {},
    }),
  };
  const dispatch = createDispatch({
    pool: pool as unknown as Pool,
    log: createLogger("test", "silent"),
    spans: await createSpans("test", undefined),
    delays: eventDelays(createMetrics("test")),
    epoch: 3,
    context: {},
    handlers: [handler(taskCreated, async ({ epoch }) => void handled.push(epoch))],
  });
  const events = [{}, { epoch: "2" }, { epoch: "3" }, { epoch: "10" }].map(created);
  expect(await dispatch(events)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS", "SUCCESS"]);
  expect(handled).toEqual(["3", "10"]);
});
