import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Admin } from "@platformatic/kafka";
import { topics as eventTopics } from "@tend/contracts";

export const partitions = 6;
/** Of the events, and where their dead letters go. */
export const allTopics = eventTopics.flatMap((topic) => [topic, `${topic}-dead-letters`]);

export type Broker = { program: string; args: string[]; address: string };
type KafkaOptions = {
  /** Of `fetchKafka`. */
  jars: string;
  /** Where the broker keeps its log; formatted if new. */
  folder: string;
  port: number;
  controllerPort: number;
  /** Instead of, and beside, what is said here. */
  settings?: Record<string, string | number>;
};

// One broker on one machine: small heap, quick start.
const java = ["-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
const clusterId = "dGVuZC1zdGFjay1rYWZrYQ";

/** Formats the folder if it is new, and says how to start the broker that serves it on 127.0.0.1. */
export async function prepareKafka({
  jars,
  folder,
  port,
  controllerPort,
  settings: more,
}: KafkaOptions): Promise<Broker> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const properties = join(folder, "server.properties");
  writeFileSync(properties, settings(folder, port, controllerPort, more), { mode: 0o600 });
  const quiet = `-Dorg.slf4j.simpleLogger.defaultLogLevel=warn`;
  const classes = ["-cp", join(jars, "*"), quiet, ...java];
  if (!existsSync(join(folder, "log", "meta.properties"))) {
    const format = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties, "--ignore-formatted"];
    await promisify(execFile)("java", [...classes, ...format]);
  }
  return { program: "java", args: [...classes, "kafka.Kafka", properties], address: `127.0.0.1:${port}` };
}

function settings(folder: string, port: number, controllerPort: number, more: KafkaOptions["settings"]): string {
  const values = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    "log.dirs": join(folder, "log"),
    "auto.create.topics.enable": false,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 8,
    // A group that rests while Tend runs on another engine does not begin again at the oldest.
    "offsets.retention.minutes": 365 * 24 * 60,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "message.max.bytes": 1_048_588,
    // There is no second broker that would have it: what is acknowledged is on the disk.
    "log.flush.interval.messages": 1,
    ...more,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** Makes those topics that are not there yet; a missing one would fail every subscription of an app. Tries until the broker answers. */
export async function ensureTopics(address: string, topics: string[], partitions: number): Promise<void> {
  const admin = new Admin({ clientId: "tend-stack", bootstrapBrokers: [address], retries: 1_200, retryDelay: 250 });
  try {
    const there = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !there.has(topic));
    if (missing.length === 0) return;
    for (const [days, names] of Map.groupBy(missing, retentionDays))
      await admin.createTopics({ topics: names, partitions, replicas: 1, configs: [retention(days)] });
    // The broker answers before it leads the new partitions, and refuses what is published until then.
    const all = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }));
    await admin.listOffsets({ topics: missing.map((name) => ({ name, partitions: all })) });
  } finally {
    await admin.close();
  }
}

/** Kafka does not know who has consumed what: a machine may be off for a month. Dead letters stay as long as in the embedded log. */
export const retentionDays = (topic: string): number => (topic.endsWith("-dead-letters") ? 90 : 30);
const retention = (days: number) => ({ name: "retention.ms", value: String(days * 86_400_000) });
