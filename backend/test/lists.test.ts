import type { Task } from "@tend/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { newClient } from "./support/client.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());
type Client = Awaited<ReturnType<typeof newClient>>;

async function everyPage({ list }: Client, query: string) {
  const items: Task[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: Task[]; nextCursor: string | null } = await list(
      `${query}&limit=3${cursor ? `&cursor=${cursor}` : ""}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

test.each(["position", "due", "priority", "created", "updated"])(
  "pages by %s have every task once, in order, both ways",
  async (sort) => {
    const account = await newClient(backend);
    const priorities = ["none", "low", "medium", "high", "urgent"];
    for (let n = 0; n < 11; n++) {
      const due = n % 3 === 0 ? null : { date: `2026-12-${10 + (n % 4)}`, time: n % 2 ? "09:00" : null };
      await account.create({ title: `task ${n}`, priority: priorities[n % 5], due });
    }
    const ascending = (await everyPage(account, `sort=${sort}`)).map(({ id }) => id);
    const descending = (await everyPage(account, `sort=-${sort}`)).map(({ id }) => id);
    expect(new Set(ascending).size).toBe(11);
    expect(ascending).toHaveLength(11);
    expect(descending).toEqual(ascending.toReversed());
  },
);

test("sorted by due, timed come first, then all-day of that day, then none", async () => {
  const account = await newClient(backend);
  await account.create({ title: "none" });
  await account.create({ title: "all day", due: { date: "2026-12-10" } });
  await account.create({ title: "late", due: { date: "2026-12-10", time: "23:59" } });
  await account.create({ title: "early in Tokyo", due: { date: "2026-12-11", time: "01:00", timeZone: "Asia/Tokyo" } });
  await account.create({ title: "next day", due: { date: "2026-12-11", time: "00:00" } });
  const { items } = await account.list("sort=due");
  expect(items.map(({ title }) => title)).toEqual(["early in Tokyo", "late", "all day", "next day", "none"]);
});

test("a date range is taken in the zone asked for", async () => {
  const account = await newClient(backend, "Asia/Bangkok");
  await account.create({
    title: "evening in Bangkok",
    due: { date: "2026-12-10", time: "23:30", timeZone: "Asia/Bangkok" },
  });
  await account.create({ title: "all day", due: { date: "2026-12-10" } });
  await account.create({
    title: "night in Bangkok",
    due: { date: "2026-12-11", time: "03:00", timeZone: "Asia/Bangkok" },
  });
  const titles = async (query: string) => (await account.list(`sort=due&${query}`)).items.map(({ title }) => title);
  expect(await titles("dueFrom=2026-12-10&dueTo=2026-12-11")).toEqual(["evening in Bangkok", "all day"]);
  expect(await titles("dueFrom=2026-12-10&dueTo=2026-12-11&timeZone=UTC")).toEqual([
    "evening in Bangkok",
    "all day",
    "night in Bangkok",
  ]);
  expect(await titles("dueFrom=2026-12-11")).toEqual(["night in Bangkok"]);
});

test("filters by label, priority, status and text", async () => {
  const account = await newClient(backend);
  const label = (await account.call("POST", "/labels", { name: "garden" })).body;
  const task = await account.create({
    title: "Water 100% of the_plants",
    notes: "basil \\ tomato",
    priority: "high",
    labelIds: [label.id],
  });
  await account.create({ title: "other" });
  const done = await account.create({ title: "done" });
  await account.call("POST", `/tasks/${done.id}/complete`);
  const ids = async (query: string) => (await account.list(query)).items.map(({ id }) => id);
  for (const query of [`labelId=${label.id}`, "priority=high", "q=ATER%20100%25", "q=the_pl", "q=basil%20%5C", "q=r"]) {
    expect(await ids(query)).toContain(task.id);
  }
  expect(await ids("q=the%25pl")).toEqual([]);
  expect(await ids("status=done")).toEqual([done.id]);
  expect(await ids("status=all")).toHaveLength(3);
  expect(await ids("status=done,open")).toHaveLength(3);
});

test("a cursor of another list is refused", async () => {
  const account = await newClient(backend);
  for (let n = 0; n < 3; n++) await account.create({ title: `${n}` });
  const { nextCursor } = await account.list("limit=1&sort=due");
  for (const cursor of [
    nextCursor,
    "x",
    "eyJhIjoxfQ",
    "%00",
    Buffer.from('["position","\u0000","x"]').toString("base64url"),
  ]) {
    const { status } = await account.call("GET", `/tasks?sort=position&cursor=${cursor}`);
    expect(status).toBe(400);
  }
});

test("lists use an index however they are sorted", async () => {
  const { accountId, create } = await newClient(backend);
  const { projectId } = await create({ title: "first" });
  await backend.pool.query(
    `insert into tasks (owner_id, project_id, position, title, due_sort, priority)
     select $1, $2, 'i' || lpad(n::text, 8, '0'), 'task ' || n, now() + n * interval '1 minute', n % 5 from generate_series(1, 20000) n`,
    [accountId, projectId],
  );
  await backend.pool.query("analyze tasks");
  for (const column of ["position", "due_sort", "priority", "created_at", "updated_at"]) {
    const { rows } = await backend.pool.query(
      `explain (format json) select id from tasks where owner_id = $1 and status = 'open' order by ${column}, id limit 51`,
      [accountId],
    );
    expect(JSON.stringify(rows[0])).not.toMatch(/Seq Scan|"Sort"/);
  }
});

test("counts open tasks by project, for today and overdue", async () => {
  const account = await newClient(backend);
  const today = Temporal.Now.plainDateISO("Europe/Berlin");
  await account.create({ title: "overdue", due: { date: today.subtract({ days: 1 }).toString() } });
  await account.create({ title: "today", due: { date: today.toString() } });
  await account.create({ title: "tomorrow", due: { date: today.add({ days: 1 }).toString(), time: "00:00" } });
  const { body } = await account.call("GET", "/counts");
  expect(body).toMatchObject({ inbox: 3, today: 2, overdue: 1 });
});
