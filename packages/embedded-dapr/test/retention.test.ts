import { readFileSync } from "node:fs";
import { topics } from "@tend/contracts";
import { inboxKeptDays } from "@tend/service-kit";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { retentionDays as onStack } from "../../../tools/stack/kafka.ts";
import { EmbeddedDaprConfig } from "../src/config.ts";

/** Kafka forgets whole segments, when the youngest record in them is old enough; one takes in records for up to a week. */
const segmentDays = 7;
type Kept = { events: number; letters: number };

const { retentionDays, deadLetterRetentionDays } = EmbeddedDaprConfig.shape;
const embedded = (): Kept => ({
  events: retentionDays.parse(undefined),
  letters: deadLetterRetentionDays.parse(undefined),
});

function onKafka(keptDays: (topic: string) => number): Kept {
  const longest = (names: string[]) => Math.max(...names.map(keptDays)) + segmentDays;
  return { events: longest([...topics]), letters: longest(topics.map((topic) => `${topic}-dead-letters`)) };
}

function inCluster(): Kept {
  const file = new URL("../../../strimzi/base/topics.yaml", import.meta.url);
  const made = parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS());
  return onKafka((topic) => {
    const { spec } = made.find(({ metadata }) => metadata.name === topic);
    return Number(spec.config["retention.ms"]) / 86_400_000;
  });
}

it.each([
  ["the embedded log", embedded],
  ["a stack's broker", () => onKafka(onStack)],
  ["a cluster's brokers", inCluster],
])("consumers know what they have handled for longer than %s can bring it again", (_, keptBy) => {
  const { events, letters } = keptBy();
  // Taken late by one, sent again late, and read late by another.
  expect(events + letters + events).toBeLessThan(inboxKeptDays);
});
