import { join } from "node:path";
import { topics } from "@tend/contracts";
import { readResources } from "@tend/embedded-dapr/resources";
import { root } from "../bootstrap/folders.mjs";

/** A consumer group of a topic, on both engines; its name is an app id. */
type Consumer = { group: string; topic: string; deadLetterTopic: string | null };

/** Who consumes what, as `dapr/subscriptions` says. */
export function readConsumers(): Consumer[] {
  return readResources(join(root, "dapr")).subscriptions.flatMap(
    ({ subscription: { topic, deadLetterTopic }, scopes }) =>
      [...(scopes ?? [])].map((group) => ({ group, topic, deadLetterTopic })),
  );
}

export const deadLetterTopics = (): string[] => topics.map((topic) => `${topic}-dead-letters`);
