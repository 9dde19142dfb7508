import { expect, it } from "vitest";
import { letterLine } from "../describe.ts";

const line = (event: unknown) =>
  letterLine(
    {
      id: "task-events-dead-letters/0/7",
      at: new Date(0),
      topic: "task-events",
      key: null,
      group: null,
      reason: null,
      event,
    },
    59_000_000,
  );

it.each([
  ["an epoch before", { epoch: "3" }, true],
  ["no epoch, as of a version before epochs", {}, true],
  ["the epoch that the restore began", { epoch: "59000000" }, false],
  ["no event at all", "text", false],
])("a letter of %s is marked as passed over, or not", (_, event, isMarked) => {
  expect(line(event).endsWith("(of before a restore: passed over)")).toBe(isMarked);
});
