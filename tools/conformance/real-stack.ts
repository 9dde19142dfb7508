import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allOrNone, type Child, startChild } from "../launcher/child.ts";
import { prepareGround } from "../stack/ground.ts";
import { buildDapr, fetchKafka } from "../stack/programs.ts";

export type RealStack = {
  daprd: string;
  /** Of a Kafka that makes no topic by itself. */
  brokers: string;
  /** What gives a sidecar its place in the mTLS of the others. */
  identity: { flags: string[]; env: Record<string, string> };
};

/** A Kafka broker and a certificate authority to throw away; they end with us, however we end. */
export async function startRealStack(signal: AbortSignal): Promise<{ stack: RealStack; stop(): Promise<void> }> {
  const tell = (line: string) => console.log(line);
  const [programs, jars] = [await buildDapr({ tell, signal }), await fetchKafka({ tell, signal })];
  const folder = mkdtempSync(join(tmpdir(), "tend-conformance-"));
  let children: Child[] = [];
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop(2_000)));
    rmSync(folder, { recursive: true, force: true });
  };
  const { kafka, sentry, ground } = await prepareGround({ programs, jars, folder, topics: ["started"], partitions: 1 });
  const begin = (program: (typeof ground)[number]) =>
    startChild({ env: {}, ...program, log: join(folder, `${program.name}.log`), onStart: () => {}, tell });
  try {
    children = await allOrNone(ground.map(begin));
    const identity = { flags: sentry.flags, env: await sentry.trustAnchors(signal) };
    return { stack: { daprd: programs.daprd, brokers: kafka.address, identity }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
