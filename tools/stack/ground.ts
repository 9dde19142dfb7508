import { join } from "node:path";
import { type ChildOptions, startChild } from "../launcher/child.ts";
import { freePort } from "../launcher/free-port.ts";
import type { RunFile } from "../launcher/run-file.ts";
import { type Broker, ensureTopics, prepareKafka } from "./kafka.ts";
import type { DaprPrograms } from "./programs.ts";
import { prepareSentry, type Sentry } from "./sentry.ts";

/** What `startChild` needs to know of a program that is not ours, and the port it listens on. */
export type Program = Pick<ChildOptions, "name" | "args" | "isReady"> & {
  program: string;
  env?: Record<string, string>;
  port: number;
};
export type Whereabouts = {
  runFile: RunFile;
  /** Of everything that the stack keeps. */
  folder: string;
  tell: (line: string) => void;
  signal: AbortSignal;
};
type GroundOptions = {
  programs: DaprPrograms;
  /** Of `fetchKafka`. */
  jars: string;
  folder: string;
  topics: string[];
  partitions: number;
};

/** What every sidecar stands on: a broker, ready when it has the topics, and the authority that vouches for the sidecars. */
export async function prepareGround({ programs, jars, folder, topics, partitions }: GroundOptions): Promise<{
  kafka: Broker;
  sentry: Sentry;
  ground: Program[];
}> {
  const [port = 0, controllerPort = 0, sentryPort = 0, healthPort = 0] = await Promise.all([1, 2, 3, 4].map(freePort));
  const kafka = await prepareKafka({ jars, folder: join(folder, "kafka"), port, controllerPort });
  const isBroker = () => ensureTopics(kafka.address, topics, partitions);
  const sentry = prepareSentry({
    program: programs.sentry,
    folder: join(folder, "sentry"),
    port: sentryPort,
    healthPort,
  });
  const isAuthority: Program["isReady"] = async (_, signal) => void (await sentry.trustAnchors(signal));
  const ground = [
    { name: "kafka", ...kafka, port, isReady: isBroker },
    { name: "sentry", ...sentry, port: sentryPort, isReady: isAuthority },
  ];
  return { kafka, sentry, ground };
}

export const begin = ({ port, ...program }: Program, { folder, runFile, tell, signal }: Whereabouts) =>
  startChild({
    env: {},
    ...program,
    log: join(folder, "logs", `${program.name}.log`),
    onStart: (pid) => runFile.add(program.name, pid, port),
    tell,
    signal,
  });
