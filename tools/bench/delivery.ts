import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { drive, type Measured, requestBytes, summarise } from "./load.ts";
import { processorTimeOfAll } from "./memory.ts";
import type { Platform } from "./platform.ts";
import type { Probe } from "./probe.ts";
import type { Seeded } from "./seed.ts";
import { type Figure, ms, rate } from "./table.ts";

type Bench = { platform: Platform; probe: Probe; seeded: Seeded; backlog: number };
type Drained = {
  count: number;
  /** In seconds from the moment that the relay may work. */
  published: number;
  handled: number;
  lost: number;
  overtaken: number;
  duplicates: number;
  cost: Cost;
};
/** Microseconds of processor time for each event, by part. */
type Cost = Map<string, number>;
export type Delivery = {
  latency: Measured;
  /** What the relay publishes while nobody handles it. */
  relay: { perSecond: number; cost: Cost };
  drained: Drained;
};

/** How fast a backlog goes, and whether all of it comes in order; then, all parts being warm, how long a single event takes. */
export async function measureDelivery(bench: Bench): Promise<Delivery> {
  const client = new pg.Client({ connectionString: bench.platform.adminUrl, options: "-c search_path=todo" });
  await client.connect();
  try {
    await settled(bench.platform, client);
    const drained = await drain(bench, client);
    await settled(bench.platform, client);
    const relay = await relayAlone(bench, client);
    await settled(bench.platform, client);
    return { drained, relay, latency: await measureLatency(bench) };
  } finally {
    await client.end();
  }
}

export function deliveryFigures({ latency, relay, drained }: Delivery): Figure[] {
  const { count, published, handled } = drained;
  return [
    {
      ...{ what: latencyWhat, measured: times(latency) },
      ...{ budget: "≤ 1.5 / 5 ms", isWithin: latency.p50 <= 1.5 && latency.p99 <= 5 },
    },
    {
      what: relayWhat,
      ...{ measured: rate(relay.perSecond), budget: "≥ 20,000/s", isWithin: relay.perSecond >= 20_000 },
    },
    {
      what: `backlog of ${count.toLocaleString("en")} events published, handled by every service and the probe`,
      measured: `${rate(count / published)}, ${rate(count / handled)} (${handled.toFixed(1)} s)`,
    },
    orderFigure(drained),
  ];
}

export const latencyWhat = "change answered → handler called, p50 / p99";
export const times = ({ p50, p99 }: Measured) => `${ms(p50)} / ${ms(p99)}`;
export const relayWhat = "the relay publishes, while the services stand still";
export const orderFigure = (drained: Drained): Figure => ({
  what: `${drained.count.toLocaleString("en")} events, ${eventsPerKey} of each key: lost, overtaken (came twice)`,
  measured: faultsOf(drained),
  ...{ budget: "0, 0", isWithin: drained.lost + drained.overtaken === 0 },
});
export const faultsOf = ({ lost, overtaken, duplicates }: Drained) => `${lost}, ${overtaken} (${duplicates})`;

const samples = 600;

/** From the answer that a change is saved until the handler is called, in milliseconds; below 0 where the handler was sooner. One change at a time. */
async function measureLatency({ platform, probe, seeded }: Bench): Promise<Measured> {
  const delays: number[] = [];
  for (let index = 0; index < samples + 50; index++) {
    const response = await fetch(`http://127.0.0.1:${platform.backendPort}/api/v1/tasks`, {
      method: "POST",
      headers: { authorization: `Bearer ${seeded.token}`, "content-type": "application/json" },
      body: '{"title":"Probe"}',
    });
    const answered = performance.now();
    const { id } = (await response.json()) as { id: string };
    const arrived = await arrivalOf(probe, id);
    // The first ones warm everything up.
    if (index >= 50) delays.push(arrived - answered);
    await sleep(5);
  }
  return summarise(delays, 1);
}

async function arrivalOf({ arrivals }: Probe, id: string): Promise<number> {
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(1)) {
    const at = arrivals.firstAt.get(id);
    if (at !== undefined) return at;
  }
  throw new Error(`the event of task ${id} was not delivered within 10 s`);
}

const eventsPerKey = 100;

// Events as the product records them, of tasks that are there, each with its outbox row; the keys take turns. `$3`: newer than those before.
const backlogStatement = `
  with task as (select t from tasks t where status = 'open' order by id desc limit $1),
  event as (
    insert into events (type, account_id, task_id, project_id, version, actor)
    select 'task.updated.v1', (t).owner_id, (t).id, (t).project_id, (t).version + $3 + n, jsonb_build_object('kind', 'user', 'id', (t).owner_id)
    from task cross join generate_series(1, $2::int) n order by n, (t).id
    returning seq, id, at, task_id, version, actor
  ),
  waiting as (
    insert into outbox (seq, event_id, lane, topic, partition_key, payload)
    select e.seq, e.id, lane_of(e.task_id::text), 'task-events', e.task_id::text, cloud_event(e.id, 'task.updated.v1', e.task_id, e.at, null,
      jsonb_build_object('accountId', (t).owner_id, 'actor', e.actor, 'at', rfc3339(e.at),
        'task', task_json(t)::jsonb || jsonb_build_object('version', e.version), 'changes', '{}'::jsonb, 'series', null))
    from event e join task on (t).id = e.task_id
  )
  select id from event`;
// Looked at often, so it does not count further than one.
const inOutbox =
  "select count(*)::int as count from (select from outbox where lane < 8 and parked_at is null limit 1) waiting";
let versions = 0;

async function relayAlone({ platform, probe, seeded, backlog }: Bench, client: pg.Client): Promise<Delivery["relay"]> {
  // So few that the sidecars do not lose their patience with the services.
  const ids = await accumulate(platform, client, Math.min(backlog, 20_000));
  platform.pauseConsumers();
  probe.pause();
  try {
    const costOf = watchCost(platform);
    await wakeRelay(platform, seeded);
    const began = performance.now();
    await untilNone(() => count(client, inOutbox));
    return { perSecond: (ids.length * 1_000) / (performance.now() - began), cost: costOf(ids.length) };
  } finally {
    platform.resumeConsumers();
    probe.resume();
  }
}

/** Events that wait in the outbox; the relay may take them from now on. */
async function accumulate(platform: Platform, client: pg.Client, wanted: number): Promise<string[]> {
  platform.pauseSidecar();
  const values = [wanted / eventsPerKey, eventsPerKey, versions];
  const { rows } = await client.query<{ id: string }>(backlogStatement, values);
  versions += eventsPerKey;
  platform.resumeSidecar();
  return rows.map(({ id }) => id);
}

/** By one more commit. */
async function wakeRelay({ backendPort: port }: Platform, { token }: Seeded): Promise<void> {
  const next = () => requestBytes("POST", "/api/v1/tasks", token, '{"title":"Wake"}');
  await drive({ port, connections: 1, seconds: 0.01, status: 201, next });
}

async function drain({ platform, probe, seeded, backlog }: Bench, client: pg.Client): Promise<Drained> {
  const before = probe.arrivals.totals;
  const ids = await accumulate(platform, client, backlog);
  const costOf = watchCost(platform);
  await wakeRelay(platform, seeded);
  const began = performance.now();
  const since = () => (performance.now() - began) / 1_000;
  await untilNone(() => count(client, inOutbox));
  const published = since();
  await untilNone(platform.countInLog, 250);
  await untilNone(async () => probe.arrivals.lost(ids), 250, 30).catch(() => {});
  const { duplicates, overtaken } = probe.arrivals.totals;
  return {
    ...{ count: ids.length, published, handled: since(), lost: probe.arrivals.lost(ids) },
    ...{ overtaken: overtaken - before.overtaken, duplicates: duplicates - before.duplicates },
    cost: costOf(ids.length),
  };
}

/** From now until the answer is asked for. */
function watchCost({ processes }: Platform): (events: number) => Cost {
  const read = () => [...processes].map(([name, pid]) => ({ name, time: processorTimeOfAll(pid) }));
  const before = read();
  return (events) =>
    new Map(read().map(({ name, time }, index) => [name, (time - (before[index]?.time ?? 0)) / events]));
}

async function count(client: pg.Client, text: string): Promise<number> {
  return (await client.query<{ count: number }>(text)).rows[0]?.count ?? 0;
}

/** `pauseMs`: longer where the look itself is work. */
async function untilNone(countLeft: () => Promise<number>, pauseMs = 50, seconds = 240): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; ; await sleep(pauseMs)) {
    const left = await countLeft();
    if (left === 0) return;
    if (Date.now() > end) throw new Error(`after ${seconds} s there were still ${left} to do`);
  }
}

/** Nothing waits in the outbox, and every service has taken everything. */
export async function settled(platform: Platform, client: pg.Client): Promise<void> {
  await untilNone(() => count(client, inOutbox));
  await untilNone(platform.countInLog, 250);
}
