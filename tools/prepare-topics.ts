/** In containers, once before the sidecars: the topics, since a missing one would fail every subscription of an app. */
import { tell } from "./bootstrap/fault.mjs";
import { allTopics, ensureTopics, partitions } from "./stack/kafka.ts";

try {
  await ensureTopics(process.env.KAFKA_BROKERS ?? "kafka:9092", allTopics, partitions);
  console.log("The topics are there.");
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
