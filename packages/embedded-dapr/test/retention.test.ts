import { inboxKeptDays } from "@tend/service-kit";
import { expect, it } from "vitest";
import { EmbeddedDaprConfig } from "../src/config.ts";

it("keeps nothing longer than consumers know what they have handled", () => {
  const { retentionDays, deadLetterRetentionDays } = EmbeddedDaprConfig.shape;
  const longest = deadLetterRetentionDays.parse(undefined) + retentionDays.parse(undefined);
  expect(longest).toBeLessThan(inboxKeptDays);
});
