import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/record.ts";
import {
  type Delivery,
  deliveryFigures,
  faultsOf,
  latencyWhat,
  measureDelivery,
  relayWhat,
  times,
} from "./delivery.ts";
import { startMailSink } from "./mail-sink.ts";
import { memoryOf } from "./memory.ts";
import type { Options } from "./options.ts";
import { startPlatform } from "./platform.ts";
import { startProbe } from "./probe.ts";
import { seed } from "./seed.ts";
import { type Figure, rate } from "./table.ts";

type Measured = Delivery & {
  /** Bytes of each part, a while after the work. */
  memory: Map<string, number>;
};

const restMs = 10_000;
const MiB = 1024 * 1024;

/** Real Dapr with Kafka (measured) beside our sidecar with its log in PostgreSQL (baseline): the same rows and the same subscriber, one after the other. */
export async function measureBothEngines(options: Options, say: (line: string) => void): Promise<Figure[]> {
  const embedded = await measure("embedded", options, say);
  const stack = await measure("stack", options, say);
  return [...compare(stack, embedded), ...parts(stack, embedded)];
}

async function measure(engine: Engine, options: Options, say: (line: string) => void): Promise<Measured> {
  say(`${engine}: starting`);
  const [probe, sink] = await Promise.all([startProbe(), startMailSink()]);
  const platform = await startPlatform({ engine, probe, smtpUrl: sink.url });
  try {
    say(`${engine}: filling the database`);
    const seeded = await seed(platform.adminUrl, options.tasks);
    say(`${engine}: delivery`);
    const delivery = await measureDelivery({ platform, probe, seeded, backlog: options.backlog });
    for (const figure of deliveryFigures(delivery)) say(`  ${figure.what}: ${figure.measured}`);
    await sleep(restMs);
    const parts = [...platform.processes].filter(([name]) => !name.includes(probe.app.appId));
    return { ...delivery, memory: new Map(parts.map(([name, pid]) => [name, memoryOf(pid)])) };
  } finally {
    await platform.stop();
    probe.close();
    await sink.close();
  }
}

function compare(stack: Measured, embedded: Measured): Figure[] {
  const published = ({ drained }: Measured) => rate(drained.count / drained.published);
  const handled = ({ drained }: Measured) => rate(drained.count / drained.handled);
  const { latency, relay, drained } = stack;
  return [
    {
      ...{ what: latencyWhat, measured: times(latency), baseline: times(embedded.latency) },
      ...{ budget: "≤ 8 / 30 ms", isWithin: latency.p50 <= 8 && latency.p99 <= 30 },
    },
    {
      ...{ what: relayWhat, measured: rate(relay.perSecond), baseline: rate(embedded.relay.perSecond) },
      ...{ budget: "≥ 4,000/s", isWithin: relay.perSecond >= 4_000 },
    },
    {
      what: `backlog of ${drained.count.toLocaleString("en")} events published, while all services handle them`,
      ...{ measured: published(stack), baseline: published(embedded) },
    },
    {
      what: "the same, handled by every service and the probe",
      ...{ measured: handled(stack), baseline: handled(embedded) },
    },
    {
      what: "of these lost, overtaken within their key (twice)",
      ...{ measured: faultsOf(drained), baseline: faultsOf(embedded.drained) },
      ...{ budget: "0, 0", isWithin: drained.lost + drained.overtaken === 0 },
    },
  ];
}

/** Each part's memory, a while after the work, and its processor time for each event of the relay alone and of the backlog. */
function parts(stack: Measured, embedded: Measured): Figure[] {
  const show = ({ memory, relay, drained }: Measured, names: string[]) => {
    if (!names.some((name) => memory.has(name))) return "";
    const sum = (values: Map<string, number>) => names.reduce((total, name) => total + (values.get(name) ?? 0), 0);
    return `${Math.round(sum(memory) / MiB)} MiB, ${Math.round(sum(relay.cost))}, ${Math.round(sum(drained.cost))} µs`;
  };
  const names = [...new Set([...embedded.memory.keys(), ...stack.memory.keys()])];
  const row = (what: string, of: string[]) => ({ what, measured: show(stack, of), baseline: show(embedded, of) });
  const what = "memory, processor time of an event published, and published and handled";
  return [
    { what, measured: "" },
    ...names.map((name) => row(`  ${name}`, [name])),
    row("  all, without the UI", names),
  ];
}
