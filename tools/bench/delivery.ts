import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { drive, requestBytes, summarise } from "./load.ts";
import type { Platform } from "./platform.ts";
import type { Probe } from "./probe.ts";
import type { Seeded } from "./seed.ts";
import { type Figure, ms, rate } from "./table.ts";

type Bench = { platform: Platform; probe: Probe; seeded: Seeded; backlog: number };

/** From the commit to the handler, one event at a time; then how fast a backlog goes. */
export async function measureDelivery(bench: Bench): Promise<Figure[]> {
  const client = new pg.Client({ connectionString: bench.platform.adminUrl, options: "-c search_path=todo" });
  await client.connect();
  try {
    await settled(client);
    return [...(await latency(bench)), ...(await drain(bench, client))];
  } finally {
    await client.end();
  }
}

const samples = 600;

/** The 201 and the handler's call are told by the same clock; the commit was before the 201, the handler may be, too. */
async function latency({ platform, probe, seeded }: Bench): Promise<Figure[]> {
  const delays: number[] = [];
  for (let index = 0; index < samples + 50; index++) {
    const sent = performance.now();
    const response = await fetch(`http://127.0.0.1:${platform.backendPort}/api/v1/tasks`, {
      method: "POST",
      headers: { authorization: `Bearer ${seeded.token}`, "content-type": "application/json" },
      body: '{"title":"Probe"}',
    });
    const answered = performance.now();
    const { id } = (await response.json()) as { id: string };
    const arrived = await arrivalOf(probe, id);
    // The first ones warm everything up. Nothing can have been handled before it was sent.
    if (index >= 50) delays.push(Math.max(arrived - answered, arrived - sent - (answered - sent)));
    await sleep(5);
  }
  const { p50, p99 } = summarise(delays, 1);
  const isWithin = p50 <= 1.5 && p99 <= 5;
  return [
    { what: "201 → handler called, p50 / p99", measured: `${ms(p50)} / ${ms(p99)}`, budget: "≤ 1.5 / 5 ms", isWithin },
  ];
}

async function arrivalOf({ arrivals }: Probe, id: string): Promise<number> {
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(1)) {
    const at = arrivals.get(id);
    if (at !== undefined) return at;
  }
  throw new Error(`the event of task ${id} was not delivered within 10 s`);
}

// Events as the product records them, of tasks that are there; each has its outbox row.
const backlogStatement = `
  with task as (select t from tasks t where status = 'open' order by id desc limit $1),
  event as (
    insert into events (type, account_id, task_id, project_id, version, actor)
    select 'task.updated.v1', (t).owner_id, (t).id, (t).project_id, (t).version, jsonb_build_object('kind', 'user', 'id', (t).owner_id) from task
    returning seq, id, at, task_id, actor
  )
  insert into outbox (seq, event_id, lane, topic, partition_key, payload)
  select e.seq, e.id, lane_of(e.task_id::text), 'task-events', e.task_id::text, cloud_event(e.id, 'task.updated.v1', e.task_id, e.at, null,
    jsonb_build_object('accountId', (t).owner_id, 'actor', e.actor, 'at', rfc3339(e.at), 'task', task_json(t), 'changes', '{}'::jsonb, 'series', null))
  from event e join task on (t).id = e.task_id`;

async function drain({ platform, seeded, backlog }: Bench, client: pg.Client): Promise<Figure[]> {
  platform.pauseSidecar();
  await client.query(backlogStatement, [backlog]);
  const waiting = await count(client, "select count(*)::int as count from outbox where lane < 8 and parked_at is null");
  platform.resumeSidecar();
  // One more commit, so that the relay wakes.
  await drive({
    port: platform.backendPort,
    connections: 1,
    seconds: 0.01,
    status: 201,
    next: () => requestBytes("POST", "/api/v1/tasks", seeded.token, '{"title":"Wake"}'),
  });
  const began = performance.now();
  await until(client, "select count(*)::int as count from outbox where lane < 8 and parked_at is null", 0);
  const published = (performance.now() - began) / 1_000;
  await settled(client);
  const handled = (performance.now() - began) / 1_000;
  return [
    {
      what: `backlog of ${waiting.toLocaleString("en")} events published`,
      ...{ measured: rate(waiting / published), budget: "≥ 20,000/s", isWithin: waiting / published >= 20_000 },
    },
    {
      what: "the same, handled by every service and the probe",
      measured: `${rate(waiting / handled)} (${handled.toFixed(1)} s)`,
    },
  ];
}

async function count(client: pg.Client, text: string): Promise<number> {
  return (await client.query<{ count: number }>(text)).rows[0]?.count ?? 0;
}

async function until(client: pg.Client, text: string, wanted: number, seconds = 240): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; (await count(client, text)) !== wanted; await sleep(50))
    if (Date.now() > end) throw new Error(`after ${seconds} s there were still ${await count(client, text)} to do`);
}

const lag = `
  select coalesce(sum(greatest(m.next - coalesce(o.next_offset, 0), 0)), 0)::int as count
  from (select topic_id, partition, max("offset") + 1 as next from dapr.messages group by 1, 2) m
  join (select distinct group_id, topic_id from dapr.consumer_offsets) g using (topic_id)
  left join dapr.consumer_offsets o using (group_id, topic_id, partition)`;

/** Nothing waits in the outbox, and every group has taken everything. */
export async function settled(client: pg.Client): Promise<void> {
  await until(client, "select count(*)::int as count from outbox where lane < 8 and parked_at is null", 0);
  await until(client, lag, 0);
}
