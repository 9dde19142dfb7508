import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { endStack } from "../engine/end-stack.ts";
import { markRunning } from "../engine/record.ts";
import { inWords, isNothing } from "../engine/waiting.ts";
import { appIds, services } from "../launcher/apps.ts";
import { allOrNone, type Child, startChild, untilOk } from "../launcher/child.ts";
import type { Surroundings } from "../launcher/environment.ts";
import { chooseEndpoints } from "../launcher/ports.ts";
import type { RunFile } from "../launcher/run-file.ts";
import { type Secrets, secretsFile } from "../launcher/secrets.ts";
import { startServices } from "../launcher/services-apart.ts";
import type { Platform } from "../launcher/services-inside.ts";
import type { Settings } from "../launcher/settings.ts";
import { prepareDaprd, type SidecarOptions, writeLocalConfiguration } from "./daprd.ts";
import { type Program, prepareGround } from "./ground.ts";
import { allTopics, partitions } from "./kafka.ts";
import { buildDapr, fetchKafka } from "./programs.ts";

type Preparation = { settings: Settings; secrets: Secrets; tell: (line: string) => void; signal: AbortSignal };
type Parts = {
  surroundings: Surroundings;
  runFile: RunFile;
  tell: (line: string) => void;
  /** Processes of each service, each with a sidecar of its own; the front door leads to the first. */
  replicas: number;
  /** The database as the role `dapr`: it remembers what the broker holds. */
  daprUrl: string;
  signal: AbortSignal;
};
/** Broker, certificate authority, and every app with a real sidecar. */
export type Stack = { start(parts: Parts): Promise<Platform> };

type Prepared = Awaited<ReturnType<typeof prepareGround>> & {
  folder: string;
  /** What all sidecars have in common. */
  daprd: Pick<SidecarOptions, "program" | "secretsFile" | "configuration">;
};
type Replica = { surroundings: Surroundings; suffix: string };

/** Makes and fetches what the stack runs on, and adds the broker's address to the secrets, which the components read. */
export async function prepareStack({ settings, secrets, ...making }: Preparation): Promise<Stack> {
  const programs = await buildDapr(making);
  const jars = await fetchKafka(making);
  const folder = join(settings.dataFolder, "stack");
  mkdirSync(join(folder, "logs"), { recursive: true, mode: 0o700 });
  rmSync(join(folder, "names.db"), { force: true });
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
  const running: Child[][] = [];
  const stop = async (graceMs: number) => {
    for (const children of running.reverse()) await stopAll(children, graceMs);
    await remember(stack);
    await stopAll(grounds, graceMs);
  };
  const health: string[] = [];
  try {
    await markRunning(daprUrl, "stack");
    for (let number = 1; number <= replicas; number++) {
      const replica = await chooseReplica(number, stack);
      const sidecars = await prepareSidecars(replica, stack);
      health.push(...sidecars.map(({ health }) => health));
      running.push(await allOrNone(sidecars.map(({ program }) => begin(program, stack))));
      running.push(await startServices({ ...stack, ...replica }));
    }
  } catch (error) {
    await stop(1_000);
    throw error;
  }
  return { ready: Promise.all(health.map((url) => untilOk(url, signal))).then(() => {}), stop };
}

const begin = ({ port, ...program }: Program, { folder, runFile, tell, signal }: Prepared & Parts) =>
  startChild({
    env: {},
    ...program,
    log: join(folder, "logs", `${program.name}.log`),
    onStart: (pid) => runFile.add(program.name, pid, port),
    tell,
    signal,
  });

const stopAll = (children: Child[], graceMs: number) => Promise.all(children.map((child) => child.stop(graceMs)));

async function remember({ daprUrl, kafka, tell }: Prepared & Parts): Promise<void> {
  const waiting = await endStack(daprUrl, kafka.address).catch(() => undefined);
  if (!waiting) tell("What the broker still holds could not be counted; `npm start` will ask to drain it.");
  else if (!isNothing(waiting)) tell(`The broker keeps ${inWords(waiting)} for the next \`npm run stack\`.`);
}

const chooseReplica = async (number: number, { surroundings }: Parts): Promise<Replica> =>
  number === 1
    ? { surroundings, suffix: "" }
    : { surroundings: { ...surroundings, endpoints: await chooseEndpoints() }, suffix: `-${number}` };

async function prepareSidecars(
  { surroundings: { endpoints }, suffix }: Replica,
  { daprd, sentry, signal }: Prepared & Parts,
): Promise<{ program: Program; health: string }[]> {
  const identity = { flags: sentry.flags, env: await sentry.trustAnchors(signal) };
  // The UI runs once: another sidecar of it would wait for it for ever.
  const apps = suffix === "" ? appIds : services.map(({ appId }) => appId);
  const preparing = apps.map(async (appId) => {
    const endpoint = endpoints[appId];
    const { outbound, health, ...program } = await prepareDaprd({ ...daprd, appId, endpoint, identity });
    const isReady: Program["isReady"] = (_, given) => untilOk(outbound, given);
    return {
      program: { ...program, name: `daprd-${appId}${suffix}`, port: endpoint.sidecarPort, isReady },
      health,
    };
  });
  return Promise.all(preparing);
}
