import { expect, it } from "vitest";
import { deadLetterTopics, readConsumers } from "../consumers.ts";

it("every dead-letter topic that a subscription names is one that is looked into", () => {
  const named = new Set(readConsumers().map(({ deadLetterTopic }) => deadLetterTopic));
  expect([...named].sort()).toEqual(deadLetterTopics().sort());
});
