import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type AuditPage, accountUpdated, auditRecorded, otherEvent, taskCreated, taskDeleted } from "@tend/contracts";
import {
  type Caller,
  cloudEvent,
  createTestDatabase,
  deliver,
  deliverBulk,
  type FakeSidecar,
  newId,
  newTask,
  now,
  startFakeSidecar,
  startForTest,
  type TestDatabase,
} from "@tend/service-kit/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { verifyChains } from "../src/modules/trail/verify-chains.ts";
import { service } from "../src/service.ts";

let database: TestDatabase;
let sidecar: FakeSidecar;
let audit: Caller & { running: { close(): Promise<void> } };
beforeAll(async () => {
  database = await createTestDatabase("audit", service.migrations);
  sidecar = await startFakeSidecar({ "postgres-credentials-audit-service": database.connectionString });
  audit = await startForTest(service, sidecar);
});
afterAll(async () => {
  await audit?.running.close();
  await sidecar?.close();
  await database?.drop();
});

const actor = { kind: "user" as const, id: newId() };
const created = (accountId: string, title = "Water plants") =>
  cloudEvent(taskCreated, {
    accountId,
    actor,
    at: now(),
    task: newTask({ title }),
    changes: { title: { from: null, to: title } },
    series: null,
  });
const signedIn = (accountId: string) =>
  cloudEvent(auditRecorded, {
    accountId,
    actor,
    at: now(),
    action: "session.created",
    details: { address: "127.0.0.1" },
  });
const tasks = "/events/task-events";
const logs = "/events/audit-logs";

async function trail(accountId: string, query = ""): Promise<z.infer<typeof AuditPage>> {
  const { status, body } = await audit.request("GET", `/api/audit?accountId=${accountId}${query}`, {
    from: "todo-backend",
  });
  expect(status).toBe(200);
  return body as z.infer<typeof AuditPage>;
}
/** As somebody with the database in hand would. */
async function tamper(statement: string, values: unknown[]) {
  await database.pool.query("alter table chain disable trigger user; alter table details disable trigger user");
  await database.pool.query(statement, values);
  await database.pool.query("alter table chain enable trigger user; alter table details enable trigger user");
}

describe("the trail", () => {
  it("records each event once, in order, and gives it page by page", async () => {
    const account = newId();
    const events = [created(account, "a"), created(account, "b"), created(account, "c")];
    await deliverBulk(audit, tasks, [...events, events[0]]);
    await deliver(audit, tasks, events[1]);
    await deliver(audit, logs, signedIn(account));
    const first = await trail(account, "&limit=3");
    expect(first.items.map(({ sequence, type }) => [sequence, type])).toEqual([
      [4, "session.created"],
      [3, "task.created.v1"],
      [2, "task.created.v1"],
    ]);
    expect(first.items[1]).toMatchObject({
      id: events[2]?.id,
      actor,
      subject: events[2]?.data.task.id,
      at: events[2]?.data.at,
    });
    expect(first.items[1]?.details).toMatchObject({ title: "c", changes: { title: { from: null, to: "c" } } });
    const second = await trail(account, `&limit=3&cursor=${first.nextCursor}`);
    expect([second.items.map(({ sequence }) => sequence), second.nextCursor]).toEqual([[1], null]);
    const ofTask = await trail(account, `&taskId=${events[1]?.data.task.id}`);
    expect(ofTask.items.map(({ sequence }) => sequence)).toEqual([2]);
  });

  it("keeps what a later version tells, in kinds and actions of its own", async () => {
    const account = newId();
    const changes = { mood: { from: null, to: "calm" } };
    const moved = { ...cloudEvent(otherEvent, { accountId: account, actor, at: now(), changes }), subject: newId() };
    await deliverBulk(audit, tasks, [created(account), { ...moved, type: "mood.changed.v1" }]);
    const { data, ...event } = signedIn(account);
    await deliver(audit, logs, { ...event, data: { ...data, action: "session.moved" } });
    const { items } = await trail(account);
    expect(items.map(({ type }) => type)).toEqual(["session.moved", "mood.changed.v1", "task.created.v1"]);
    expect(items[1]).toMatchObject({ id: moved.id, actor, subject: moved.subject, details: { changes } });
  });

  it("takes events of one account from both topics at the same time", async () => {
    const account = newId();
    const batches = Array.from({ length: 10 }, (_, batch) =>
      deliverBulk(
        audit,
        batch % 2 ? tasks : logs,
        Array.from({ length: 20 }, () => (batch % 2 ? created(account) : signedIn(account))),
      ),
    );
    await Promise.all(batches);
    const { items } = await trail(account, "&limit=200");
    expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 200 }, (_, index) => 200 - index));
  });

  it("takes hostile content as it is", async () => {
    const account = newId();
    const title = '"\u0000\ud800<script>\r\n\u202e';
    const event = cloudEvent(accountUpdated, {
      accountId: account,
      actor,
      at: now(),
      changes: { name: { from: 1.0, to: title } },
    });
    expect((await deliver(audit, tasks, event)).body).toEqual({ status: "SUCCESS" });
    const { items } = await trail(account);
    expect(items[0]?.details).toEqual({ changes: { name: { from: 1, to: title } } });
  });

  it("is for the backend only, and each account's own", async () => {
    const account = newId();
    await deliver(audit, tasks, created(account));
    expect((await trail(newId())).items).toEqual([]);
    const path = `/api/audit?accountId=${account}`;
    expect((await audit.request("GET", path)).status).toBe(403);
    expect((await audit.request("GET", path, { from: "todo-frontend" })).status).toBe(403);
    expect((await audit.request("GET", path, { from: "todo-backend", outside: true })).status).toBe(403);
    expect((await audit.request("GET", `${path}&cursor=1;drop`, { from: "todo-backend" })).status).toBe(400);
  });

  it("drops what it cannot read", async () => {
    expect((await deliver(audit, tasks, { ...created(newId()), data: {} })).body).toEqual({ status: "DROP" });
  });

  it("prunes its inbox on the daily tick, which may come twice", async () => {
    const old = newId();
    await database.pool.query("insert into inbox values ($1, now() - interval '181 days')", [old]);
    for (let tick = 0; tick < 2; tick++)
      expect((await audit.request("POST", "/api/jobs/daily-cleanup")).status).toBe(200);
    const { rowCount } = await database.pool.query("select 1 from inbox where event_id = $1", [old]);
    expect(rowCount).toBe(0);
  });
});

describe("the chain", () => {
  it("cannot be changed through the service's own role", async () => {
    const account = newId();
    await deliver(audit, tasks, created(account));
    for (const statement of [
      "update chain set type = 'x'",
      "delete from chain",
      "truncate chain",
      "update details set body = '{}'",
      "delete from chain_heads",
      "update chain_heads set sequence = 0",
    ]) {
      await expect(database.pool.query(statement), statement).rejects.toThrow(/only grows/);
    }
  });

  it("still holds when an entry's details were erased", async () => {
    const account = newId();
    await deliver(audit, tasks, created(account, "private"));
    await database.pool.query("delete from details where account_id = $1", [account]);
    expect((await verifyChains(database.pool)).broken.filter(({ accountId }) => accountId === account)).toEqual([]);
    expect((await trail(account)).items[0]?.details).toBeNull();
  });

  it.each([
    ["a changed entry", "update chain set type = 'task.deleted.v1' where account_id = $1 and sequence = 2", 2],
    ["changed details", "update details set body = '{}' where account_id = $1 and sequence = 3", 3],
    ["an entry taken out", "delete from chain where account_id = $1 and sequence = 2", 3],
    ["an end cut off", "delete from chain where account_id = $1 and sequence = 4", 4],
    ["a changed actor", "update chain set actor_id = 'someone' where account_id = $1 and sequence = 1", 1],
  ])("names the first broken link: %s", async (_what, statement, sequence) => {
    const account = newId();
    await deliverBulk(audit, tasks, [created(account), created(account), created(account), created(account)]);
    const before = await verifyChains(database.pool, 3);
    expect(before.broken.some(({ accountId }) => accountId === account)).toBe(false);
    await tamper(statement, [account]);
    const broken = (await verifyChains(database.pool, 3)).broken.filter(({ accountId }) => accountId === account);
    expect(broken).toMatchObject([{ accountId: account, sequence }]);
  });

  it("is checked by a command that says so with its exit code", async () => {
    const program = fileURLToPath(new URL("../src/verify.ts", import.meta.url));
    const run = (url: string | undefined) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        execFile(
          process.execPath,
          [program],
          { env: { PATH: process.env.PATH, AUDIT_DATABASE_URL: url } },
          (fault, stdout, stderr) =>
            resolve({ code: typeof fault?.code === "number" ? fault.code : 0, output: stdout + stderr }),
        );
      });
    const account = newId();
    const fresh = await createTestDatabase("audit", service.migrations);
    try {
      expect(await run(fresh.connectionString)).toEqual({
        code: 0,
        output: "0 entries of 0 accounts checked, 0 chains broken\n",
      });
    } finally {
      await fresh.drop();
    }
    await deliver(audit, tasks, created(account));
    await tamper("update chain set type = 'x' where account_id = $1", [account]);
    const broken = await run(database.connectionString);
    expect(broken).toMatchObject({
      code: 1,
      output: expect.stringContaining(`account ${account}: broken at 1: the entry was changed`),
    });
    expect((await run(undefined)).code).toBe(2);
  });

  it("keeps deletions apart by scope", async () => {
    const account = newId();
    const data = { ...created(account).data, completedAt: now(), nextDue: null, scope: "all" as const };
    await deliver(audit, tasks, cloudEvent(taskDeleted, data));
    expect((await trail(account)).items[0]?.details).toMatchObject({ scope: "all" });
  });
});
