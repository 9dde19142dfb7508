import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../launcher/free-port.ts";
import { ensureTopics, prepareKafka } from "../kafka.ts";
import { fetchKafka } from "../programs.ts";

/** A real broker in a folder to throw away. */
export async function startTestBroker(topics: string[], partitions: number) {
  const folder = mkdtempSync(join(tmpdir(), "tend-broker-"));
  const jars = await fetchKafka({ tell: console.log, signal: new AbortController().signal });
  const [port, controllerPort] = [await freePort(), await freePort()];
  const { program, args, address } = await prepareKafka({ jars, folder, port, controllerPort });
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  await ensureTopics(address, topics, partitions);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { address, stop };
}
