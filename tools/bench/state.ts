import { createHash, randomUUID } from "node:crypto";
import { defaultPreferences } from "@tend/contracts";
import { createDapr, createLogger, type StateStore } from "@tend/service-kit";
import pg from "pg";
import type {} from "../../backend/src/app.ts";
import { lookUpActor } from "../../backend/src/auth/look-up-actor.ts";
import { findTask } from "../../backend/src/modules/tasks/find-task.ts";
import { addRequests, countAttempt } from "../../backend/src/plugins/rate-limits.ts";
import { requestCounter } from "../../backend/src/plugins/request-counter.ts";
import { createBackend } from "../../notification-service/src/backend.ts";
import { noteFault } from "../../notification-service/src/modules/deliveries/deliveries.repository.ts";
import { listNotifications } from "../../notification-service/src/modules/notifications/notifications.repository.ts";
import {
  findPreferences,
  savePreferences,
} from "../../notification-service/src/modules/preferences/preferences.repository.ts";
import { missingForDapr } from "../stack/programs.ts";
import { type Measured, summarise } from "./load.ts";
import type { Options } from "./options.ts";
import type { Platform } from "./platform.ts";
import type { Probe } from "./probe.ts";
import type { Seeded } from "./seed.ts";
import { embeddedState, type StateSide, withDaprd } from "./state-sidecars.ts";
import { type Figure, median, ms, rate, times } from "./table.ts";

type Bench = { platform: Platform; probe: Probe; seeded: Seeded; options: Options };
type Ways = Record<string, () => Promise<unknown>>;
type Rows = { backend: pg.Pool; notification: pg.Pool; hash: Buffer; seeded: Seeded; deliveryIds: string[] };

/** Each use of Dapr state that was thought of, beside the way that the product has, on the same rows of the same PostgreSQL. */
export async function measureState({ platform, probe, seeded, options }: Bench): Promise<Figure[]> {
  const backend = new pg.Pool({ connectionString: platform.backendUrl, max: options.connections });
  const notification = new pg.Pool({ connectionString: platform.notificationUrl, max: options.connections });
  try {
    const hash = createHash("sha256").update(seeded.token).digest();
    const rows = { backend, notification, hash, seeded, deliveryIds: await addNotifications(notification, seeded) };
    const figures: Figure[] = [];
    const measure = async (side: StateSide) => {
      await fill(side, rows);
      for (const [what, ways] of Object.entries(comparisons(rows, side)))
        figures.push(...(await compare(`${what}, ${side.name}`, ways, options)));
    };
    await measure(embeddedState(probe));
    figures.push(...(await contacts({ platform, seeded, options })));
    const tell = (line: string) => console.error(line);
    const missing = await missingForDapr();
    if (missing.length > 0) tell(`daprd is left out: there is no ${missing.join(", no ")} here to build it with.`);
    else await withDaprd({ probe, databaseUrl: platform.daprUrl, tell }, measure);
    return [...figures, ...(await counting(rows))];
  } finally {
    await Promise.all([backend.end(), notification.end()]);
  }
}

const taskKey = (id: string) => `task:${id}`;
const deliveryKey = (id: string) => `delivery:${id}`;
const page = 50;

function comparisons(
  { backend, notification, hash, seeded, deliveryIds }: Rows,
  side: StateSide,
): Record<string, Ways> {
  const { state, getMany } = side;
  const { accountId } = seeded;
  const [task, other, delivery] = [cycle(seeded.taskIds), cycle(seeded.taskIds), cycle(deliveryIds)];
  const sessionKey = `session:${hash.toString("hex")}`;
  const credential = { kind: "token" as const, hash };
  const plainTask = (id: string) =>
    backend.query({
      name: "plain-task",
      text: "select t.version, task_text(t) as json from tasks t where t.id = $1 and t.owner_id = $2 and t.status <> 'withdrawn'",
      values: [id, accountId],
    });
  return {
    "get one task": {
      "one statement": () => findTask(backend, hash, task()),
      "cache-aside, all hits": () => Promise.all([lookUpActor(backend, credential), state.get(taskKey(other()))]),
      "cache-aside, all misses": async () => {
        await state.get(`none:${other()}`);
        const found = await findTask(backend, hash, task());
        await state.save(`filled:${other()}`, found.json, { ttlSeconds: 600 });
      },
    },
    "who asks, before a task is read": {
      "the same statement": () => findTask(backend, hash, task()),
      "session in state": async () => {
        await state.get(sessionKey);
        await plainTask(other());
      },
    },
    "one request of an account counted": {
      "row of its own": () => countAttempt(backend, `one ${side.name}`, Number.MAX_SAFE_INTEGER),
      "state, by ETag": () => countByState(state, "count:one"),
    },
    "one request of 1,000 accounts counted": {
      "row of its own": () =>
        countAttempt(backend, `${side.name} ${Math.floor(Math.random() * 1_000)}`, Number.MAX_SAFE_INTEGER),
      "state, by ETag": () => countByState(state, `count:${Math.floor(Math.random() * 1_000)}`),
    },
    "a delivery's status noted": {
      row: () => noteFault(notification, delivery(), randomUUID()),
      "state, without a look": () => state.save(deliveryKey(delivery()), receipt()),
    },
    "50 notifications with receipts": {
      joined: () => listNotifications(notification, { accountId, taskId: null, after: null, limit: page }),
      "receipts from state": async () => {
        await notification.query({ name: "plain-notifications", text: plainNotifications, values: [accountId, page] });
        await getMany(deliveryIds.slice(0, 2 * page).map(deliveryKey));
      },
    },
    "preferences of an account": {
      row: () => findPreferences(notification, [accountId]),
      state: () => state.get("preferences"),
    },
  };
}

const plainNotifications = `
  select id, kind, task_id, title, fire_at, created_at, read_at from notifications
  where account_id = $1 and is_shown order by created_at desc, id desc limit $2`;
const receipt = () => ({
  channel: "email",
  status: "sent",
  attempts: 1,
  sentAt: new Date().toISOString(),
  error: null,
});

/** As Dapr's documentation has it: read, add, write unless somebody was faster, else again. */
async function countByState(state: StateStore, key: string): Promise<void> {
  for (;;) {
    const found = await state.get(key);
    const count = 1 + Number(found?.value ?? 0);
    if (await state.save(key, count, { ttlSeconds: 60, ...(found?.etag ? { etag: found.etag } : {}) })) return;
  }
}

/** The one use that the product has, beside the invocation that it saves. */
async function contacts({ platform, seeded, options }: Omit<Bench, "probe">): Promise<Figure[]> {
  const { port, apiToken } = platform.notificationSidecar;
  const dapr = createDapr({ endpoint: `http://127.0.0.1:${port}`, apiToken });
  const log = createLogger("bench", "warn");
  const backend = createBackend(dapr, log);
  const { accountId } = seeded;
  const ways = {
    "asked of the backend": () => dapr.invoke("todo-backend", "GET", `/api/internal/users/${accountId}/contact`),
    "kept in state": () => backend.getContact(accountId),
  };
  return compare("contact of an account, embedded sidecar", ways, options);
}

const cycle = (ids: string[]) => {
  let at = 0;
  return () => ids[at++ % ids.length] ?? "";
};

async function addNotifications(pool: pg.Pool, { accountId }: Seeded): Promise<string[]> {
  await pool.query(
    `with n as (
      insert into notifications (id, account_id, kind, task_id, title, is_shown)
      select uuidv7(), $1, 'task.created', uuidv7(), 'Call number ' || i, true from generate_series(1, 1000) i returning id
    ) insert into deliveries (id, notification_id, channel, status, attempts) select uuidv7(), id, c, 'pending', 1 from n, unnest(array['in-app', 'email']) c`,
    [accountId],
  );
  await savePreferences(pool, accountId, defaultPreferences);
  await pool.query("analyze notifications, deliveries");
  const { rows } = await pool.query<{ id: string }>("select id from deliveries where status = 'pending' order by id");
  return rows.map(({ id }) => id);
}

async function fill({ state }: StateSide, { backend, hash, seeded, deliveryIds }: Rows): Promise<void> {
  for (const id of seeded.taskIds) await state.save(taskKey(id), JSON.parse((await findTask(backend, hash, id)).json));
  for (const id of deliveryIds) await state.save(deliveryKey(id), receipt());
  await state.save("preferences", defaultPreferences);
  await state.save(`session:${hash.toString("hex")}`, await lookUpActor(backend, { kind: "token", hash }));
}

/** The ways in turn, so that what disturbs the machine disturbs all; the medians of the rounds. The others are shown beside the first. */
async function compare(what: string, ways: Ways, { seconds, rounds, connections }: Options): Promise<Figure[]> {
  const results = new Map<string, Measured[]>();
  for (let round = 0; round <= rounds; round++)
    for (const [name, run] of Object.entries(ways)) {
      const measured = await repeat(run, seconds / 3, connections);
      // The first round warms everything up.
      if (round > 0) results.set(name, [...(results.get(name) ?? []), measured]);
    }
  const middle = (name: string, of: "perSecond" | "p50" | "p99") =>
    median((results.get(name) ?? []).map((result) => result[of]));
  const show = (name: string) =>
    `${rate(middle(name, "perSecond"))}, ${ms(middle(name, "p50"))} / ${ms(middle(name, "p99"))}`;
  const [own = "", ...others] = Object.keys(ways);
  return others.map((name) => ({
    what: `${what}: ${name} (${own})`,
    ...{ measured: show(name), baseline: show(own) },
    ratio: `${times(middle(name, "p50") / middle(own, "p50"))} as long`,
  }));
}

async function repeat(run: () => Promise<unknown>, seconds: number, connections: number): Promise<Measured> {
  const took: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1_000;
  const work = async () => {
    for (let sent = performance.now(); sent < end; sent = performance.now()) {
      await run();
      took.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return summarise(took, (performance.now() - began) / 1_000);
}

/** What the product does instead: nothing for a request, and one statement a second for all of them. */
async function counting({ backend }: Rows): Promise<Figure[]> {
  const accounts = Array.from({ length: 1_000 }, () => randomUUID());
  const counter = requestCounter(Number.MAX_SAFE_INTEGER);
  const requests = 2_000_000;
  const began = performance.now();
  for (let index = 0; index < requests; index++) counter.count(accounts[index % accounts.length] ?? "");
  const perRequest = ((performance.now() - began) * 1_000) / requests;
  const minute = Date.now() - (Date.now() % 60_000);
  const sharing = async (count: number) => {
    const counts = new Map(accounts.slice(0, count).map((account) => [account, 1]));
    const measured = await repeat(() => addRequests(backend, minute, counts), 1, 1);
    return ms(measured.p50);
  };
  return [
    { what: "a request counted in the process", measured: `${perRequest.toFixed(2)} µs` },
    {
      what: "counts of 1 / 100 / 1,000 accounts shared, once a second",
      measured: `${await sharing(1)} / ${await sharing(100)} / ${await sharing(1_000)}`,
    },
  ];
}
