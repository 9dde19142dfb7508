import { taskCreated } from "@tend/contracts";
import { expect, it } from "vitest";
import { createDispatch } from "../src/dispatch.ts";
import { createLogger, createMetrics, createSpans, eventDelays, handler, type Pool } from "../src/index.ts";
import { cloudEvent, newId, newTask, now } from "../testing/index.ts";

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
    context: {},
    handlers: [handler(taskCreated, async () => {})],
  });
  const event = () =>
    cloudEvent(taskCreated, {
      accountId: newId(),
      actor: { kind: "user", id: newId() },
      at: now(),
      task: newTask(),
      changes: {},
      series: null,
    });
  expect(await dispatch([event(), event(), event()])).toEqual(["RETRY", "RETRY", "RETRY"]);
  expect(asked).toBe(1);
});
