import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../launcher/free-port.ts";
import { ensureTopics, prepareKafka } from "../stack/kafka.ts";
import { buildDapr, fetchKafka } from "../stack/programs.ts";
import { prepareSentry } from "../stack/sentry.ts";

export type RealStack = {
  daprd: string;
  /** Of a Kafka that makes no topic by itself. */
  brokers: string;
  /** What gives a sidecar its place in the mTLS of the others. */
  identity: { flags: string[]; env: Record<string, string> };
};

/** A Kafka broker and a certificate authority to throw away. */
export async function startRealStack(signal: AbortSignal): Promise<{ stack: RealStack; stop(): Promise<void> }> {
  const making = { tell: (line: string) => console.log(line), signal };
  const [programs, jars] = [await buildDapr(making), await fetchKafka(making)];
  const folder = mkdtempSync(join(tmpdir(), "tend-conformance-"));
  const children: ChildProcess[] = [];
  const stop = async () => {
    const exits = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    const living = children.map((child) => child.exitCode === null && child.kill("SIGKILL"));
    await Promise.all(exits.filter((_, index) => living[index]));
    rmSync(folder, { recursive: true, force: true });
  };
  const begin = ({ program, args }: { program: string; args: string[] }) =>
    children.push(spawn(program, args, { stdio: "ignore", signal }).on("error", () => {}));
  try {
    const [port, controllerPort, sentryPort, healthPort] = await Promise.all([1, 2, 3, 4].map(freePort));
    const kafka = await prepareKafka({
      jars,
      folder: join(folder, "kafka"),
      port: port!,
      controllerPort: controllerPort!,
    });
    const sentry = prepareSentry({
      program: programs.sentry,
      folder: join(folder, "sentry"),
      port: sentryPort!,
      healthPort: healthPort!,
    });
    begin(kafka);
    begin(sentry);
    const env = await sentry.trustAnchors(signal);
    await ensureTopics(kafka.address, ["started"], 1);
    return { stack: { daprd: programs.daprd, brokers: kafka.address, identity: { flags: sentry.flags, env } }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
