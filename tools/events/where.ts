import { readFileSync } from "node:fs";
import { Fault } from "../bootstrap/fault.mjs";
import { isRunning } from "../bootstrap/process-identity.mjs";
import { addressOfBroker, type KafkaAccount } from "../engine/kafka-log.ts";
import { lastEngine, withDapr } from "../engine/record.ts";
import { RunFile } from "../launcher/run-file.ts";
import { embeddedLetters } from "./embedded-letters.ts";
import { kafkaLetters } from "./kafka-letters.ts";
import type { Letters } from "./letter.ts";

/** The dead letters of the engine that runs on the data folder, or that ran last; undefined when they are in a broker that does not run. */
export async function findLetters(dataFolder: string, databaseUrl: string): Promise<Letters | undefined> {
  // In containers, where the broker has an address of its own.
  const given = process.env.KAFKA_BROKERS;
  if (given) return kafkaLetters({ broker: given, account: givenAccount(), databaseUrl });
  const run = RunFile.read(dataFolder);
  if (!run || !isRunning(run.launcher))
    return (await withDapr(databaseUrl, lastEngine)) === "stack" ? undefined : embeddedLetters(databaseUrl);
  if (run.mode !== "stack") return embeddedLetters(databaseUrl);
  const broker = addressOfBroker(run);
  return broker ? kafkaLetters({ broker, databaseUrl }) : undefined;
}

function givenAccount(): KafkaAccount | undefined {
  const { KAFKA_USER: user, KAFKA_PASSWORD: password, KAFKA_CA: file } = process.env;
  if (!user) return undefined;
  if (!password || !file) throw new Fault("Brokers that know accounts need KAFKA_USER, KAFKA_PASSWORD and KAFKA_CA.");
  return { user, password, ca: readFileSync(file, "utf8") };
}
