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
import { prepareDaprd, writeLocalConfiguration } from "./daprd.ts";
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

/** Makes and fetches what the stack runs on, and adds the broker's address to the secrets, which the components read. */
export async function prepareStack({ settings, secrets, ...making }: Preparation): Promise<Stack> {
  const programs = await buildDapr(making);
  const jars = await fetchKafka(making);
  const folder = join(settings.dataFolder, "stack");
  mkdirSync(join(folder, "logs"), { recursive: true, mode: 0o700 });
  rmSync(join(folder, "names.db"), { force: true });
  const { kafka, sentry, ground } = await prepareGround({ programs, jars, folder, topics: allTopics, partitions });
  secrets["kafka-brokers"] = kafka.address;
  const common = {
    program: programs.daprd,
    secretsFile: secretsFile(settings.dataFolder),
    configuration: writeLocalConfiguration(folder, settings.forServices.ZIPKIN_URL),
  };

  async function start({ surroundings, runFile, tell, replicas, daprUrl, signal }: Parts): Promise<Platform> {
    const begin = ({ port, ...program }: Program) =>
      startChild({
        env: {},
        ...program,
        log: join(folder, "logs", `${program.name}.log`),
        onStart: (pid) => runFile.add(program.name, pid, port),
        tell,
        signal,
      });
    const grounds = await allOrNone(ground.map(begin));
    const running: Child[][] = [];
    const stopAll = (children: Child[], graceMs: number) => Promise.all(children.map((child) => child.stop(graceMs)));
    const stop = async (graceMs: number) => {
      for (const children of running.reverse()) await stopAll(children, graceMs);
      await remember();
      await stopAll(grounds, graceMs);
    };
    const remember = async () => {
      const waiting = await endStack(daprUrl, kafka.address).catch(() => undefined);
      if (!waiting) tell("What the broker still holds could not be counted; `npm start` will ask to drain it.");
      else if (!isNothing(waiting)) tell(`The broker keeps ${inWords(waiting)} for the next \`npm run stack\`.`);
    };
    const health: string[] = [];
    const sidecar = async (appId: (typeof appIds)[number], { endpoints }: Surroundings, suffix: string) => {
      const identity = { flags: sentry.flags, env: await sentry.trustAnchors(signal) };
      const prepared = await prepareDaprd({ ...common, appId, endpoint: endpoints[appId], identity });
      const { outbound, health: whole, ...daprd } = prepared;
      health.push(whole);
      const port = endpoints[appId].sidecarPort;
      return begin({
        ...daprd,
        name: `daprd-${appId}${suffix}`,
        port,
        isReady: (_, given) => untilOk(outbound, given),
      });
    };
    const replica = async (place: Surroundings, suffix: string): Promise<void> => {
      // The UI runs once: another sidecar of it would wait for it for ever.
      const apps = suffix === "" ? appIds : services.map(({ appId }) => appId);
      running.push(await allOrNone(apps.map((appId) => sidecar(appId, place, suffix))));
      running.push(await startServices({ surroundings: place, runFile, tell, suffix, signal }));
    };
    try {
      await markRunning(daprUrl, "stack");
      await replica(surroundings, "");
      for (let number = 2; number <= replicas; number++)
        await replica({ ...surroundings, endpoints: await chooseEndpoints() }, `-${number}`);
    } catch (error) {
      await stop(1_000);
      throw error;
    }
    return { ready: Promise.all(health.map((url) => untilOk(url, signal))).then(() => {}), stop };
  }
  return { start };
}
