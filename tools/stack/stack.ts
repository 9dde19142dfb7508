import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { endStack } from "../engine/end-stack.ts";
import { markRunning } from "../engine/record.ts";
import { inWords, isNothing } from "../engine/waiting.ts";
import { allOrNone } from "../launcher/child.ts";
import { type Secrets, secretsFile } from "../launcher/secrets.ts";
import type { Platform } from "../launcher/services-inside.ts";
import type { Settings } from "../launcher/settings.ts";
import { writeLocalConfiguration } from "./daprd.ts";
import { begin, prepareGround } from "./ground.ts";
import { allTopics, partitions } from "./kafka.ts";
import { namesIn } from "./names.ts";
import { createPods, type PodsOptions } from "./pods.ts";
import { buildDapr, fetchKafka } from "./programs.ts";

type Preparation = { settings: Settings; secrets: Secrets; tell: (line: string) => void; signal: AbortSignal };
type Parts = Omit<PodsOptions, keyof Prepared> & {
  /** Processes of each app, each with a sidecar of its own. */
  replicas: number;
  /** The database as the role `dapr`: it remembers what the broker holds. */
  daprUrl: string;
};
/** Broker, certificate authority, and every app with a real sidecar. */
export type Stack = { start(parts: Parts): Promise<Platform> };

type Prepared = Awaited<ReturnType<typeof prepareGround>> & Pick<PodsOptions, "folder" | "daprd">;

/** Makes and fetches what the stack runs on, and adds the broker's address to the secrets, which the components read. */
export async function prepareStack({ settings, secrets, ...making }: Preparation): Promise<Stack> {
  const programs = await buildDapr(making);
  const jars = await fetchKafka(making);
  const folder = join(settings.dataFolder, "stack");
  mkdirSync(join(folder, "logs"), { recursive: true, mode: 0o700 });
  rmSync(namesIn(folder), { force: true });
  const ground = await prepareGround({ programs, jars, folder, topics: allTopics, partitions });
  secrets["kafka-brokers"] = ground.kafka.address;
  const daprd = {
    program: programs.daprd,
    secretsFile: secretsFile(settings.dataFolder),
    configuration: writeLocalConfiguration(folder, settings.forServices.ZIPKIN_URL),
  };
  return { start: (parts) => startStack({ ...ground, folder, daprd, ...parts }) };
}

async function startStack(stack: Prepared & Parts): Promise<Platform> {
  const { ground, replicas, daprUrl, signal } = stack;
  const grounds = await allOrNone(ground.map((program) => begin(program, stack)));
  const pods = createPods(stack);
  const stop = async (graceMs: number) => {
    await pods.stopAll(graceMs);
    await remember(stack);
    await Promise.all(grounds.map((child) => child.stop(graceMs)));
  };
  try {
    await markRunning(daprUrl, "stack");
    for (let number = 1; number <= replicas; number++) await pods.startEach();
  } catch (error) {
    await stop(1_000);
    throw error;
  }
  return { ready: pods.areHealthy(signal), stop, pods };
}

async function remember({ daprUrl, kafka, tell }: Prepared & Parts): Promise<void> {
  const waiting = await endStack(daprUrl, kafka.address).catch(() => undefined);
  if (!waiting) tell("What the broker still holds could not be counted; `npm start` will ask to drain it.");
  else if (!isNothing(waiting)) tell(`The broker keeps ${inWords(waiting)} for the next \`npm run stack\`.`);
}
