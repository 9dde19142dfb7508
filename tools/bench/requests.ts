import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { drive, type Load, type Measured, requestBytes } from "./load.ts";
import { processorTimeOf } from "./memory.ts";
import type { Options } from "./options.ts";
import type { Platform } from "./platform.ts";
import type { Seeded } from "./seed.ts";
import { type Figure, median, ms, rate, times } from "./table.ts";

type Side = Omit<Load, "seconds" | "connections"> & { pid: number };
/** `cpu`: microseconds of the process for each request. */
type Result = Measured & { cpu: number };
type Compared = { a: Result; b: Result };
type Baseline = { child: ChildProcess; pid: number; port: number };
type Bench = { platform: Platform; seeded: Seeded; options: Options; baseline: Baseline };

/** Get, list, create and complete: the backend and the bare app in turn, on the same rows, by the same load. */
export async function measureRequests(parts: Omit<Bench, "baseline">): Promise<Figure[]> {
  const baseline = await startBaseline(parts.platform.backendUrl);
  const bench = { ...parts, baseline };
  try {
    return [...(await reading(bench)), ...(await writing(bench))];
  } finally {
    baseline.child.disconnect();
  }
}

async function startBaseline(url: string): Promise<Baseline> {
  const env = { ...process.env, BASELINE_DATABASE_URL: url, NODE_ENV: "production" };
  const child = fork(join(root, "tools/bench/baseline.ts"), { env });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message: { ready: number }) => resolve(message.ready));
    child.once("exit", () => reject(new Error("the bare app did not start")));
  });
  return { child, pid: child.pid ?? 0, port };
}

async function reading(bench: Bench): Promise<Figure[]> {
  const { seeded, platform, baseline } = bench;
  const { token, taskIds } = seeded;
  const cycle = (make: (id: string) => Buffer) => {
    const requests = taskIds.map(make);
    let at = 0;
    return () => requests[at++ % requests.length] ?? null;
  };
  const product = (next: Load["next"]): Side => ({
    port: platform.backendPort,
    pid: platform.backendPid,
    status: 200,
    next,
  });
  const bare = (next: Load["next"]): Side => ({ port: baseline.port, pid: baseline.pid, status: 200, next });
  const always = (path: string) => {
    const bytes = requestBytes("GET", path, token);
    return () => bytes;
  };
  const get = await compare(
    bench,
    product(cycle((id) => requestBytes("GET", `/api/v1/tasks/${id}`, token))),
    bare(cycle((id) => requestBytes("GET", `/tasks/${id}`, token))),
  );
  const list = await compare(bench, product(always("/api/v1/tasks?limit=50")), bare(always("/tasks")));
  const last = await pageCursor(platform.backendPort, token, 2_000);
  const deep = always(`/api/v1/tasks?limit=50&cursor=${last}`);
  const pages = await compare(bench, product(deep), product(always("/api/v1/tasks?limit=50")));
  const slower = pages.b.perSecond / pages.a.perSecond;
  return [
    ...against("get one task", get, 0.6),
    p99Against("get one task, p99", get),
    vikunja("get one task", get.a, 344, 132),
    ...against("list 50, page 1", list, 0.75),
    vikunja("list 50", list.a, 119, 161),
    {
      ...{
        what: "list 50, page 2,000 beside page 1",
        measured: rate(pages.a.perSecond),
        baseline: rate(pages.b.perSecond),
      },
      ...{ ratio: `${slower.toFixed(2)} × as long`, budget: "≤ 1.2 ×", isWithin: slower <= 1.2 },
    },
  ];
}

async function writing(bench: Bench): Promise<Figure[]> {
  const { seeded, platform, baseline } = bench;
  const { token, ofLarge, ofSmall } = seeded;
  const due = { date: "2027-06-01", time: "09:00", timeZone: "Europe/Berlin" };
  const body = JSON.stringify({ title: "Call the roofer about the invoice", notes: "Ask **twice**.", due });
  const creating = (port: number, pid: number, path: string): Side => {
    const bytes = requestBytes("POST", path, token, body);
    return { port, pid, status: 201, next: () => bytes };
  };
  const completing = (ids: string[]): Side => {
    let at = 0;
    const next = () => {
      const id = ids[at++];
      return id ? requestBytes("POST", `/api/v1/tasks/${id}/complete`, token) : null;
    };
    return { port: platform.backendPort, pid: platform.backendPid, status: 200, next };
  };
  const product = creating(platform.backendPort, platform.backendPid, "/api/v1/tasks");
  platform.pauseSidecar();
  const create = await compare(bench, product, creating(baseline.port, baseline.pid, "/tasks"));
  const complete = await compare(bench, completing(ofLarge), completing(ofSmall));
  platform.resumeSidecar();
  const withRest = await drive({ ...product, seconds: bench.options.seconds, connections: bench.options.connections });
  const costlier = complete.b.perSecond / complete.a.perSecond;
  return [
    ...against("create (the route; its events wait)", create, 0.6),
    vikunja("create", create.a, 137, 368),
    {
      what: "create, all services at work beside it",
      measured: `${rate(withRest.perSecond)}, p99 ${ms(withRest.p99)}`,
      ...failed(withRest),
    },
    vikunja("complete", complete.a, 86, 220),
    {
      what: "complete, project of 10,000 beside one of 10",
      ...{ measured: rate(complete.a.perSecond), baseline: rate(complete.b.perSecond) },
      ...{ ratio: `${costlier.toFixed(2)} × as long`, budget: "the same (≤ 1.15 ×)", isWithin: costlier <= 1.15 },
    },
  ];
}

/** A warm-up, then both in turn, so that what disturbs the machine disturbs both; the medians of the rounds. */
async function compare({ options }: Bench, a: Side, b: Side): Promise<Compared> {
  const { seconds, connections, rounds } = options;
  for (const side of [a, b]) await drive({ ...side, seconds: 1, connections });
  const measure = async (side: Side): Promise<Result> => {
    const before = processorTimeOf(side.pid);
    const measured = await drive({ ...side, seconds, connections });
    return { ...measured, cpu: (processorTimeOf(side.pid) - before) / measured.count };
  };
  const results: Compared[] = [];
  for (let round = 0; round < rounds; round++) results.push({ a: await measure(a), b: await measure(b) });
  return { a: middle(results.map((result) => result.a)), b: middle(results.map((result) => result.b)) };
}

function middle(results: Result[]): Result {
  const full = results.filter(({ count }) => count > 100);
  const of = (key: "perSecond" | "p50" | "p99" | "cpu") =>
    median((full.length > 0 ? full : results).map((result) => result[key]));
  const sum = (key: "count" | "failures") => results.reduce((total, result) => total + result[key], 0);
  const totals = { count: sum("count"), failures: sum("failures") };
  return { ...totals, perSecond: of("perSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu") };
}

const failed = ({ failures }: Measured) => (failures > 0 ? { budget: `${failures} FAILED`, isWithin: false } : {});

function against(what: string, { a, b }: Compared, least: number): Figure[] {
  const ratio = a.perSecond / b.perSecond;
  return [
    {
      ...{ what, measured: rate(a.perSecond), baseline: rate(b.perSecond), ratio: times(ratio) },
      ...{ budget: `≥ ${least.toFixed(2)} ×`, isWithin: ratio >= least, ...failed(a) },
    },
    {
      what: `${what}, processor time`,
      measured: `${Math.round(a.cpu)} µs`,
      baseline: `${Math.round(b.cpu)} µs`,
      ratio: times(b.cpu / a.cpu),
    },
    { what: `${what}, p50 / p99`, measured: `${ms(a.p50)} / ${ms(a.p99)}`, baseline: `${ms(b.p50)} / ${ms(b.p99)}` },
  ];
}

const p99Against = (what: string, { a, b }: Compared): Figure => ({
  ...{
    what,
    measured: ms(a.p99),
    baseline: ms(b.p99),
    ratio: times(a.p99 / b.p99),
    budget: "≤ 2 ×",
    isWithin: a.p99 <= 2 * b.p99,
  },
});

/** Vikunja 2.5 on a box like the one the budgets were made on: fifteen times its requests, a tenth of its p99. */
const vikunja = (what: string, { perSecond, p99, failures }: Measured, theirs: number, theirP99: number): Figure => ({
  what: `${what} beside Vikunja`,
  ...{ measured: `${rate(perSecond)}, p99 ${ms(p99)}`, baseline: `${theirs}/s, ${theirP99} ms` },
  ...{ ratio: times(perSecond / theirs), budget: `≥ 15 ×, p99 ≤ ${theirP99 / 10} ms` },
  isWithin: perSecond >= 15 * theirs && p99 <= theirP99 / 10 && failures === 0,
});

/** The cursor of a page of 50, found by walking there. */
async function pageCursor(port: number, token: string, page: number): Promise<string> {
  let cursor = "";
  for (let left = (page - 1) * 50; left > 0; ) {
    const limit = Math.min(left, 200);
    const url = `http://127.0.0.1:${port}/api/v1/tasks?limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { nextCursor } = (await response.json()) as { nextCursor: string | null };
    if (!nextCursor) throw new Error(`there is no page ${page}`);
    cursor = nextCursor;
    left -= limit;
  }
  return cursor;
}
