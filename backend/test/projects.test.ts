import { projectChanged, taskUpdated } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import type { TestAccount } from "./support/sign-up.ts";

let backend: TestApp;
let account: TestAccount;
beforeAll(async () => {
  backend = await testApp();
});
beforeEach(async () => {
  account = await backend.signUp();
});
afterAll(() => backend.close());

type Method = "GET" | "POST" | "PATCH" | "DELETE";
const send = (method: Method, path: string, payload?: object, headers: Record<string, string> = account.tokenHeaders) =>
  backend.inject({ method, url: `/api/v1${path}`, headers, payload });
const eventsOf = async (type: string) => {
  const text =
    "select payload from outbox where payload ->> 'type' = $1 and payload -> 'data' ->> 'accountId' = $2 order by seq";
  const { rows } = await backend.pool.query(text, [type, account.accountId]);
  return rows.map(({ payload }) => payload);
};

test("a project is made, read, changed and listed; each change is an event", async () => {
  const made = await send("POST", "/projects", { name: "  Home ", colour: "green" });
  expect([made.statusCode, made.headers.etag]).toEqual([201, '"1"']);
  const project = made.json();
  expect(project).toMatchObject({ name: "Home", colour: "green", isInbox: false, version: 1 });
  expect(made.headers.location).toBe(`/api/v1/projects/${project.id}`);
  const read = await send("GET", `/projects/${project.id}`);
  expect(read.json()).toEqual(project);
  const known = await send("GET", `/projects/${project.id}`, undefined, {
    ...account.tokenHeaders,
    "if-none-match": 'W/"1"',
  });
  expect([known.statusCode, known.body]).toEqual([304, ""]);
  const changed = await send("PATCH", `/projects/${project.id}`, { name: "House" });
  expect([changed.statusCode, changed.headers.etag, changed.json().colour]).toEqual([200, '"2"', "green"]);
  expect((await send("PATCH", `/projects/${project.id}`, { name: "House" })).headers.etag).toBe('"2"');
  const events = await eventsOf("project.changed.v1");
  expect(events).toHaveLength(2);
  for (const event of events) projectChanged.envelope.parse(event);
  expect(events[1].data).toMatchObject({ projectId: project.id, changes: { name: { from: "Home", to: "House" } } });
});

test("If-Match decides between two writers", async () => {
  const { id } = (await send("POST", "/projects", { name: "Shared" })).json();
  const write = (tag: string, name: string) =>
    send("PATCH", `/projects/${id}`, { name }, { ...account.tokenHeaders, "if-match": tag });
  const both = await Promise.all([write('"1"', "A"), write('W/"1"', "B")]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
  expect((await write("*", "C")).statusCode).toBe(200);
  const stale = await send("DELETE", `/projects/${id}`, undefined, { ...account.tokenHeaders, "if-match": '"1"' });
  expect([stale.statusCode, stale.json().code]).toEqual([412, "precondition_failed"]);
});

test("a client's id makes repeating safe, and belongs to whoever used it first", async () => {
  const body = { id: uuidv7(), name: "Offline" };
  expect((await send("POST", "/projects", body)).statusCode).toBe(201);
  await send("PATCH", `/projects/${body.id}`, { name: "Renamed" });
  const again = await send("POST", "/projects", body);
  expect([again.statusCode, again.json().name]).toEqual([200, "Renamed"]);
  expect((await send("POST", "/projects", { ...body, name: "Other" })).json().code).toBe("id_taken");
  const stranger = await backend.signUp();
  const theirs = await send("POST", "/projects", body, stranger.tokenHeaders);
  expect([theirs.statusCode, theirs.json().code]).toEqual([409, "id_taken"]);
  expect((await send("POST", "/projects", { id: crypto.randomUUID(), name: "v4" })).statusCode).toBe(400);
});

test("another account's project is as if it were not", async () => {
  const { id } = (await send("POST", "/projects", { name: "Private" })).json();
  const { tokenHeaders } = await backend.signUp();
  const answers = await Promise.all([
    send("GET", `/projects/${id}`, undefined, tokenHeaders),
    send("PATCH", `/projects/${id}`, { name: "Mine" }, tokenHeaders),
    send("DELETE", `/projects/${id}`, undefined, tokenHeaders),
    send("GET", `/projects/${uuidv7()}`, undefined, tokenHeaders),
  ]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect((await send("GET", "/projects", undefined, tokenHeaders)).json().items).toHaveLength(1);
});

test("lists are paged by cursor, the inbox first", async () => {
  for (const name of ["A", "B", "C", "D"]) await send("POST", "/projects", { name });
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: { name: string }[]; nextCursor: string | null } = (
      await send("GET", `/projects?limit=2${cursor ? `&cursor=${cursor}` : ""}`)
    ).json();
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  expect(names).toEqual(["Inbox", "A", "B", "C", "D"]);
  for (const query of [
    "cursor=nonsense",
    "cursor=",
    "limit=0",
    "limit=201",
    "limit=x",
    "offset=1",
    "cursor=AAAA&cursor=BBBB",
  ]) {
    expect([query, (await send("GET", `/projects?${query}`)).statusCode]).toEqual([query, 400]);
  }
});

test("deleting a project moves its tasks to the inbox, each with an event; the inbox stays", async () => {
  const { id } = (await send("POST", "/projects", { name: "Going" })).json();
  const titles = ["One", "Two", "Done"];
  const tasks = await Promise.all(
    titles.map(async (title) => (await send("POST", "/tasks", { title, projectId: id })).json()),
  );
  await send("POST", `/tasks/${tasks[2].id}/complete`);
  expect((await send("DELETE", `/projects/${id}`)).statusCode).toBe(204);
  expect((await send("GET", `/projects/${id}`)).statusCode).toBe(404);
  const moved = (await send("GET", `/tasks?status=all&projectId=${account.inboxProjectId}`)).json().items;
  expect(moved.map(({ title }: { title: string }) => title).sort()).toEqual(["Done", "One", "Two"]);
  const events = await eventsOf("task.updated.v1");
  expect(events).toHaveLength(3);
  for (const event of events) {
    const { data } = taskUpdated.envelope.parse(event);
    expect(data.changes).toEqual({ projectId: { from: id, to: account.inboxProjectId } });
    expect(data.task.projectId).toBe(account.inboxProjectId);
  }
  const inbox = await send("DELETE", `/projects/${account.inboxProjectId}`);
  expect([inbox.statusCode, inbox.json().code]).toEqual([409, "inbox_stays"]);
});

test("an occurrence that was in another project for once goes on after that project is gone", async () => {
  const { id } = (await send("POST", "/projects", { name: "Usual" })).json();
  const due = { date: "2030-01-01", time: null, timeZone: null };
  const recurrence = { rrule: "FREQ=DAILY", from: "due" };
  const task = (await send("POST", "/tasks", { title: "Daily", projectId: id, due, recurrence })).json();
  const moved = await send("PATCH", `/tasks/${task.id}?scope=this`, { projectId: account.inboxProjectId });
  expect(moved.statusCode).toBe(200);
  expect((await send("DELETE", `/projects/${id}`)).statusCode).toBe(204);
  const { rows } = await backend.pool.query("select exceptions from tasks where id = $1", [task.id]);
  expect(JSON.stringify(rows[0].exceptions)).not.toContain(id);
});

test("labels: names are unique whatever their case, and deleting takes them off the tasks", async () => {
  const label = (await send("POST", "/labels", { name: "Bills" })).json();
  const taken = await send("POST", "/labels", { name: "BILLS" });
  expect([taken.statusCode, taken.json().code]).toEqual([409, "name_taken"]);
  const other = (await send("POST", "/labels", { name: "Other", colour: "red" })).json();
  expect((await send("PATCH", `/labels/${other.id}`, { name: "bills" })).json().code).toBe("name_taken");
  expect((await send("PATCH", `/labels/${label.id}`, { name: "bills" })).json().name).toBe("bills");
  const task = (await send("POST", "/tasks", { title: "Pay", labelIds: [label.id, other.id] })).json();
  expect((await send("DELETE", `/labels/${label.id}`)).statusCode).toBe(204);
  const after = (await send("GET", `/tasks/${task.id}`)).json();
  expect([after.labelIds, after.version]).toEqual([[other.id], task.version + 1]);
  const [event] = await eventsOf("task.updated.v1");
  expect(taskUpdated.envelope.parse(event).data.changes).toEqual({
    labelIds: { from: [label.id, other.id], to: [other.id] },
  });
  expect((await eventsOf("label.changed.v1")).length).toBe(4);
});

test("names: hostile ones are refused or kept as they are", async () => {
  for (const name of ["", "   ", "x".repeat(101), "a\0b", "a\nb", "a\u2028b", "\ud800", 7, null, ["x"], { a: 1 }]) {
    const answer = await send("POST", "/projects", { name });
    expect([name, answer.statusCode]).toEqual([name, 400]);
  }
  for (const name of [
    "'; drop table projects; --",
    "<script>alert(1)</script>",
    "%00",
    "🧺 Wäsche",
    "__proto__",
    "$1",
  ]) {
    expect((await send("POST", "/projects", { name })).json().name).toBe(name);
  }
  for (const payload of [
    "[]",
    "null",
    "7",
    '{"name":"x","__proto__":{"a":1}}',
    '{"name":"x","constructor":{"prototype":{}}}',
    "[".repeat(50_000),
  ]) {
    const headers = { ...account.tokenHeaders, "content-type": "application/json" };
    const answer = await backend.inject({ method: "POST", url: "/api/v1/projects", headers, payload });
    expect([payload.slice(0, 30), answer.statusCode]).toEqual([payload.slice(0, 30), 400]);
  }
  for (const id of ["x", "%00", "..%2f..", "0", `${uuidv7()}'`]) {
    expect([400, 404]).toContain((await send("GET", `/projects/${id}`)).statusCode);
  }
});
