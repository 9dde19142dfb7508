/** `node tools/stack/test/upgrade.ts [--seed N] [--keep]`: each app is rolled to a next version and back under load, and nothing is lost. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { beginRun } from "../../faults/begin-run.ts";
import { inOneMoment } from "../../faults/database.ts";
import { type Load, runFaults } from "../../faults/fault-run.ts";
import { startMailSink } from "../../faults/mail-sink.ts";
import { productEnvironment } from "../../faults/product.ts";
import { attach, type RunningProduct } from "../../faults/running-product.ts";
import { summarise } from "../../faults/summary.ts";
import { ui } from "../../launcher/apps.ts";
import { freePort } from "../../launcher/free-port.ts";
import { launch } from "../../launcher/launch.ts";
import { readStore, writeSecrets } from "../../launcher/secrets.ts";
import { readSettings } from "../../launcher/settings.ts";
import { Shutdown } from "../../launcher/shutdown.ts";
import { nextVersion } from "../../upgrade/edits.ts";
import { makeNextPages } from "../../upgrade/next-pages.ts";
import { makeNextVersion } from "../../upgrade/next-version.ts";
import { rollAll } from "../../upgrade/roll.ts";
import { visitPages } from "../../upgrade/visit-pages.ts";
import type { Pods } from "../pods.ts";
import { until } from "./until.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, keep: { type: "boolean", default: false } } });
const { seed, random, tell } = beginRun(values.seed);
const folder = await mkdtemp(join(tmpdir(), "tend-upgrade-"));
const sink = await startMailSink(random.fork("mail sink"));
const shutdown = new Shutdown(60_000);
let isKept = values.keep;
try {
  const next = join(folder, "next");
  makeNextVersion(next);
  const { product, pods } = await startProduct();
  makeNextPages(next);
  const visits = await visitPages(product.base, shutdown.signal);
  const seen: string[][] = [];
  let failed = 0;
  const { facts, traffic, findings } = await runFaults({
    ...{ product, sink, random, tell, accounts: 3, hasCompany: true },
    disturb: async (load) => {
      await goOn(load, 60);
      await migrate(next, product);
      await goOn(load, 60);
      tell("to the next version");
      seen.push(...(await rollAll({ pods, sources: next, visits, tell })));
      await goOn(load, 60);
      tell("and back");
      seen.push(...(await rollAll({ pods, visits, tell })));
      await goOn(load, 60);
      await visits.end();
      failed = load.failed();
      return [];
    },
  });
  console.log(`\n${summarise(facts, traffic, findings)}\n`);
  const { count, again, failures } = visits;
  tell(`pages: ${count.this + count.next} came, ${again} loaded again, ${failures.length} did not (seed ${seed})`);
  assert.deepEqual(
    findings.filter(({ faults }) => faults.length > 0).map(({ promise }) => promise),
    [],
    "broken promises",
  );
  assert.equal(failed, 0, "requests that Tend failed to answer");
  assert.deepEqual(failures, [], "pages that did not come");
  const gone = 2 * pods.of(ui.appId).length;
  assert(again <= gone, `${again} pages were loaded again, and ${gone} replicas went`);
  for (const both of seen) assert.equal(new Set(both).size, 2, `only ${both[0]} was seen at work`);
  await checkNews(product);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await shutdown.run();
  await sink.close();
  isKept ||= process.exitCode === 1;
  if (isKept) console.log(`data and logs are kept in ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}

async function startProduct(): Promise<{ product: RunningProduct; pods: Pods }> {
  const [data, port] = [join(folder, "data"), await freePort()];
  const settings = readSettings(productEnvironment(data, port, sink.url));
  const log = join(folder, "services.log");
  const { pods } = await launch({ settings, mode: "stack", replicas: 2, log, tell, shutdown });
  assert(pods);
  return { product: attach({ base: `http://127.0.0.1:${port}`, data, engine: "stack", replicas: 2 }), pods };
}

/** As the job of a rollout does it, with what that job is given. */
async function migrate(next: string, product: RunningProduct): Promise<void> {
  const given = join(folder, "job");
  mkdirSync(given);
  writeSecrets(given, readStore(product.data));
  writeFileSync(join(given, "database-url"), product.databaseUrl());
  const env = { ...process.env, DATA_DIR: given };
  const { stdout } = await promisify(execFile)(process.execPath, [join(next, "tools/prepare-database.ts")], { env });
  tell(stdout.trim());
}

/** What only the next version sends or writes; none of it missing. */
async function checkNews(product: RunningProduct): Promise<void> {
  const text = `select (select count(*)::int from todo.events where next_note = '${nextVersion}') as written,
    (select count(*)::int from audit.chain where type = 'account.active.v1') as kinds,
    (select count(*)::int from audit.chain where type = 'account.active') as actions`;
  const [news] = await inOneMoment(product.databaseUrl(), ({ ask }) => ask<Record<string, number>>(text));
  tell(`of the next version: ${JSON.stringify(news)}`);
  assert(Object.values(news ?? {}).every((count) => count > 0));
}

async function goOn(load: Load, changes: number): Promise<void> {
  const wanted = load.acknowledged() + changes;
  await until(`${changes} more changes`, async () => load.acknowledged() >= wanted);
}
