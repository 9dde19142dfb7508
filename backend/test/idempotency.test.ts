import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appApiToken, type TestApp, testApp } from "./support/app.ts";
import type { TestAccount } from "./support/sign-up.ts";

let backend: TestApp;
let account: TestAccount;
beforeAll(async () => {
  backend = await testApp();
  account = await backend.signUp();
});
afterAll(() => backend.close());

const post = (url: string, key: string, payload: object, headers: Record<string, string> = account.tokenHeaders) =>
  backend.inject({ method: "POST", url: `/api/v1${url}`, headers: { ...headers, "idempotency-key": key }, payload });
const named = async (name: string) => {
  const { rows } = await backend.pool.query("select id from projects where name = $1", [name]);
  return rows;
};

test("a repeat gets the first answer and makes nothing", async () => {
  const key = randomUUID();
  const first = await post("/projects", key, { name: "Once" });
  const again = await post("/projects", key, { name: " Once " });
  expect([first.statusCode, again.statusCode]).toEqual([201, 201]);
  expect(again.body).toBe(first.body);
  for (const name of ["etag", "location", "content-type"]) expect(again.headers[name]).toBe(first.headers[name]);
  expect(again.headers["idempotent-replayed"]).toBe("true");
  expect(await named("Once")).toHaveLength(1);
});

test("another body, path or account is another request", async () => {
  const key = randomUUID();
  expect((await post("/projects", key, { name: "Mine" })).statusCode).toBe(201);
  const reused = await post("/projects", key, { name: "Other" });
  expect([reused.statusCode, reused.json().code]).toEqual([422, "idempotency_key_reused"]);
  expect((await post("/labels", key, { name: "Mine" })).statusCode).toBe(422);
  const other = await backend.signUp();
  expect((await post("/projects", key, { name: "Theirs" }, other.tokenHeaders)).statusCode).toBe(201);
});

test("a refusal is kept too", async () => {
  const key = randomUUID();
  await post("/labels", randomUUID(), { name: "Taken" });
  const refused = await post("/labels", key, { name: "taken" });
  await backend.pool.query("delete from labels where name = 'Taken'");
  const again = await post("/labels", key, { name: "taken" });
  expect([refused.statusCode, again.statusCode]).toEqual([409, 409]);
  expect(again.headers["content-type"]).toContain("application/problem+json");
});

test.each([
  ["through the sidecar, which is shown 200", { "tend-refusal": "1", "dapr-api-token": appApiToken }, [200, "404"]],
  ["from outside", { "tend-refusal": "1" }, [404, undefined]],
] as const)("a refusal that was asked for as none is kept as the refusal that it is: %s", async (_, asking, shown) => {
  const key = randomUUID();
  const task = { title: "Nowhere", projectId: randomUUID() };
  const refused = await post("/tasks", key, task, { ...account.tokenHeaders, ...asking });
  expect([refused.statusCode, refused.headers["tend-refusal"]]).toEqual(shown);
  const { rows } = await backend.pool.query("select status from idempotency_keys where key = $1", [key]);
  expect(rows).toEqual([{ status: 404 }]);
  const plain = await post("/tasks", key, task);
  expect([plain.statusCode, plain.headers["idempotent-replayed"], plain.body]).toEqual([404, "true", refused.body]);
});

test("while the first is running a repeat waits; when its process has died, it makes the same resource", async () => {
  const key = randomUUID();
  const first = await post("/projects", key, { name: "Crashed" });
  const unfinished = "update idempotency_keys set status = null, body = null where key = $1";
  await backend.pool.query(unfinished, [key]);
  const running = await post("/projects", key, { name: "Crashed" });
  expect([running.statusCode, running.headers["retry-after"]]).toEqual([409, "1"]);
  await backend.pool.query("update idempotency_keys set claimed_at = now() - interval '31 s' where key = $1", [key]);
  const other = await post("/projects", key, { name: "Different" });
  expect(other.statusCode).toBe(422);
  const again = await post("/projects", key, { name: "Crashed" });
  expect(again.json().id).toBe(first.json().id);
  expect(await named("Crashed")).toHaveLength(1);
});

test("of many at once, one runs", async () => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 12 }, () => post("/projects", key, { name: "Race" })));
  expect(answers.every(({ statusCode }) => statusCode === 201 || statusCode === 409)).toBe(true);
  expect(await named("Race")).toHaveLength(1);
});

test("a failure of ours is not kept, and the repeat makes the same resource", async () => {
  const key = randomUUID();
  backend.sidecar.answer("notification-service", () => ({ status: 500 }));
  const failed = await post("/notifications/read-all", key, {});
  expect([failed.statusCode, failed.headers["retry-after"]]).toEqual([503, "5"]);
  backend.sidecar.answer("notification-service", () => ({ status: 204 }));
  expect((await post("/notifications/read-all", key, {})).statusCode).toBe(204);
  expect((await post("/notifications/read-all", key, {})).headers["idempotent-replayed"]).toBe("true");
});

test("after a day a key is new", async () => {
  const key = randomUUID();
  const first = await post("/projects", key, { name: "Day one" });
  await backend.pool.query("update idempotency_keys set created_at = now() - interval '25 h' where key = $1", [key]);
  const second = await post("/projects", key, { name: "Day two" });
  expect(second.statusCode).toBe(201);
  expect(second.json().id).not.toBe(first.json().id);
});

test("a key must be 1 to 255 printable characters", async () => {
  for (const key of ["", "x".repeat(256), "tab\there"]) {
    expect((await post("/projects", key, { name: "Never" })).statusCode).toBe(400);
  }
});

test("hot routes keep their answers as well", async () => {
  const key = randomUUID();
  const first = await post("/tasks", key, { title: "Once only" });
  const again = await post("/tasks", key, { title: "Once only" });
  expect([first.statusCode, again.body]).toEqual([201, first.body]);
  const stranger = await post("/tasks", key, { title: "Once only" }, { authorization: "Bearer tend_unknown" });
  expect(stranger.statusCode).toBe(401);
});
