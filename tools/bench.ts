/**
 * `npm run bench`: what the product does in a second, beside a bare app on the same rows in the same run, and beside its budget.
 * `-- --stack`: real Dapr with Kafka beside embedded.
 */
import { cpus, loadavg } from "node:os";
import { measureBothEngines } from "./bench/both-engines.ts";
import { deliveryFigures, measureDelivery } from "./bench/delivery.ts";
import { measureFootprint } from "./bench/footprint.ts";
import { startMailSink } from "./bench/mail-sink.ts";
import { readOptions } from "./bench/options.ts";
import { startPlatform } from "./bench/platform.ts";
import { startProbe } from "./bench/probe.ts";
import { measureRecurrence } from "./bench/recurrence.ts";
import { measureReminders } from "./bench/reminders.ts";
import { measureRequests } from "./bench/requests.ts";
import { seed } from "./bench/seed.ts";
import { measureStartUp } from "./bench/start-up.ts";
import { measureState } from "./bench/state.ts";
import { type Figure, printTable } from "./bench/table.ts";

const options = readOptions();
const began = performance.now();
const load = () => loadavg()[0]?.toFixed(1);
const loadBefore = load();
const figures: Figure[] = [];
const isWanted = (name: string) => options.only.length === 0 || options.only.includes(name);
const say = (line: string) =>
  console.error(`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}`);

async function section(name: string, work: () => Figure[] | Promise<Figure[]>): Promise<void> {
  if (!isWanted(name)) return;
  say(name);
  figures.push(...(await work()));
}

if (options.stack) figures.push(...(await measureBothEngines(options, say)));
else await allSections();
console.log(
  `\n${options.tasks.toLocaleString("en")} tasks, ${options.connections} connections, ${cpus().length} × ${cpus()[0]?.model}, load ${loadBefore} → ${load()}\n`,
);
printTable(figures);

async function allSections(): Promise<void> {
  await section("recurrence", measureRecurrence);
  await section("start", measureStartUp);
  if (["requests", "state", "delivery", "reminders", "footprint"].some(isWanted)) await onPlatform();
}

async function onPlatform(): Promise<void> {
  const [probe, sink] = await Promise.all([startProbe(), startMailSink()]);
  const platform = await startPlatform({ engine: "embedded", probe, smtpUrl: sink.url });
  try {
    say("filling the database");
    const seeded = await seed(platform.adminUrl, options.tasks);
    await section("requests", () => measureRequests({ platform, seeded, options }));
    await section("state", () => measureState({ platform, probe, seeded, options }));
    await section("delivery", async () =>
      deliveryFigures(await measureDelivery({ platform, probe, seeded, backlog: options.backlog })),
    );
    await section("reminders", () => measureReminders({ platform, seeded, sink, count: options.reminders }));
    await section("footprint", () => measureFootprint({ platform, seeded, sink }));
  } finally {
    await platform.stop();
    probe.close();
    await sink.close();
  }
}
