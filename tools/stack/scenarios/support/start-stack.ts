import { appendFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startMailSink } from "../../../faults/mail-sink.ts";
import { createProduct } from "../../../faults/product.ts";
import { createRandom } from "../../../faults/random.ts";

/** Of the stack that scenarios find running. */
type Given = { base: string; data: string; replicas: number; mails: string; log: string };
declare module "vitest" {
  interface ProvidedContext {
    stack: Given;
  }
}

/** Starts the product's own command on free ports and a new folder, with a mail server beside it; the answer stops both. */
export default async function startStack(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "tend-stack-"));
  const mails = join(folder, "mails.jsonl");
  writeFileSync(mails, "");
  const keep = (mail: unknown) => appendFileSync(mails, `${JSON.stringify(mail)}\n`);
  const sink = await startMailSink(createRandom("mail sink"), keep);
  const product = await createProduct({ folder, smtpUrl: sink.url, engine: "stack", replicas: 2 });
  const stop = async () => {
    const { left } = await product.stop();
    await sink.close();
    const isKept = project.vitest.state.getCountOfFailedTests() > 0;
    if (isKept) console.log(`data and logs are kept in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`still running after the stop: ${left.join(", ")}`);
  };
  try {
    await product.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { base, data, replicas } = product;
  project.provide("stack", { base, data, replicas, mails, log: join(folder, "launcher.log") });
  return stop;
}
