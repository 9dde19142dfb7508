/** In containers, once before the sidecars: the topics, since a missing one would fail every subscription of an app. */
import { topics } from "@tend/contracts";
import { tell } from "./bootstrap/fault.mjs";
import { ensureTopics } from "./stack/kafka.ts";

const partitions = 6;

try {
  await ensureTopics(
    process.env.KAFKA_BROKERS ?? "kafka:9092",
    topics.flatMap((topic) => [topic, `${topic}-dead-letters`]),
    partitions,
  );
  console.log("The topics are there.");
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
