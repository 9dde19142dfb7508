/** `node tools/faults/run.ts [--on embedded|stack] [--seed N] [--seconds S] [--keep]`: kills everything at random under load, then proves that nothing was lost. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { beginRun } from "./begin-run.ts";
import { runFaults } from "./fault-run.ts";
import { killAtRandom } from "./killer.ts";
import { startMailSink } from "./mail-sink.ts";
import { createProduct } from "./product.ts";
import { summarise } from "./summary.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    on: { type: "string", default: "embedded" },
    seconds: { type: "string", default: "40" },
    keep: { type: "boolean", default: false },
  },
});
const { seed, random, tell } = beginRun(values.seed);
const engine = values.on === "stack" ? "stack" : "embedded";
const folder = await mkdtemp(join(tmpdir(), "tend-faults-"));
const sink = await startMailSink(random.fork("mail sink"));
const product = await createProduct({ folder, smtpUrl: sink.url, engine, replicas: engine === "stack" ? 2 : 1 });
let isKept = values.keep;
try {
  await product.start();
  const { facts, traffic, findings } = await runFaults({
    product,
    sink,
    random,
    tell,
    disturb: () => killAtRandom({ product, random: random.fork("kills"), ms: Number(values.seconds) * 1_000, tell }),
  });
  const broken = findings.filter(({ faults }) => faults.length > 0);
  console.log(`\n${summarise(facts, traffic, findings)}\n`);
  tell(`${findings.length - broken.length} promises kept, ${broken.length} broken (seed ${seed})`);
  if (broken.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  const { ms, left } = await product.stop();
  tell(`stopped in ${Math.round(ms)} ms`);
  if (left.length > 0) {
    console.error(`still running after the stop: ${left.join(", ")}`);
    process.exitCode = 1;
  }
  await sink.close();
  isKept ||= process.exitCode === 1;
  if (isKept) console.log(`data and log are kept in ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}
