import { createHash, randomUUID } from "node:crypto";
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

const create = (payload: object, headers: Record<string, string> = account.cookieHeaders) =>
  backend.inject({ method: "POST", url: "/api/v1/tokens", headers, payload });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const me = (token: string) => backend.inject({ url: "/api/v1/me", headers: bearer(token) });

test("a token is shown once, kept as a hash, and works with its scopes", async () => {
  const answer = await create({ name: "CI", scopes: ["read"] });
  expect(answer.statusCode).toBe(201);
  const { id, token } = answer.json();
  expect(token).toMatch(/^tend_[\w-]{43}$/);
  const { rows } = await backend.pool.query(
    "select token_hash, row_to_json(t)::text as all from access_tokens t where id = $1",
    [id],
  );
  expect(rows[0].token_hash).toEqual(createHash("sha256").update(token).digest());
  expect(rows[0].all).not.toContain(token.slice(5));
  expect((await me(token)).statusCode).toBe(200);
  const write = await backend.inject({
    method: "POST",
    url: "/api/v1/projects",
    headers: bearer(token),
    payload: { name: "A" },
  });
  expect(write.statusCode).toBe(403);
  const list = await backend.inject({ url: "/api/v1/tokens", headers: bearer(token) });
  expect(list.json().items.some((item: object) => "token" in item)).toBe(false);
});

test("a token cannot make tokens, whatever its body", async () => {
  for (const payload of [{ name: "More" }, { nonsense: true }]) {
    const answer = await create(payload, account.tokenHeaders);
    expect([answer.statusCode, answer.json().code]).toEqual([403, "session_required"]);
  }
});

test("a revoked token is nobody's at once; another account's is not there", async () => {
  const { id, token } = (await create({ name: "Short" })).json();
  const stranger = await backend.signUp();
  const remove = (headers: Record<string, string>) =>
    backend.inject({ method: "DELETE", url: `/api/v1/tokens/${id}`, headers });
  expect((await remove(stranger.tokenHeaders)).statusCode).toBe(404);
  expect((await remove(account.cookieHeaders)).statusCode).toBe(204);
  expect((await remove(account.cookieHeaders)).statusCode).toBe(404);
  expect((await me(token)).statusCode).toBe(401);
  const { rows } = await backend.pool.query(
    "select payload -> 'data' ->> 'action' as action from outbox where topic = 'audit-logs' and payload -> 'data' -> 'details' ->> 'token' = $1 order by seq",
    [id],
  );
  expect(rows).toEqual([{ action: "token.created" }, { action: "token.revoked" }]);
});

test("expiresAt must lie ahead, and then ends the token", async () => {
  expect((await create({ name: "Past", expiresAt: "2020-01-01T00:00:00.000Z" })).statusCode).toBe(400);
  const ahead = new Date(Date.now() + 60_000).toISOString();
  const { id, token } = (await create({ name: "Ahead", expiresAt: ahead })).json();
  expect((await me(token)).statusCode).toBe(200);
  await backend.pool.query("update access_tokens set expires_at = now() - interval '1 s' where id = $1", [id]);
  expect((await me(token)).statusCode).toBe(401);
});

test("repeating with an Idempotency-Key shows the same token, which is stored nowhere", async () => {
  const headers = { ...account.cookieHeaders, "idempotency-key": randomUUID() };
  const first = (await create({ name: "Repeated" }, headers)).json();
  const again = await create({ name: "Repeated" }, headers);
  expect([again.statusCode, again.json()]).toEqual([201, first]);
  expect((await me(first.token)).statusCode).toBe(200);
  const { rows } = await backend.pool.query("select body from idempotency_keys where key = $1", [
    headers["idempotency-key"],
  ]);
  expect(rows).toEqual([{ body: "" }]);
  await backend.inject({ method: "DELETE", url: `/api/v1/tokens/${first.id}`, headers: account.cookieHeaders });
  expect((await create({ name: "Repeated" }, headers)).statusCode).toBe(410);
});

const lastUse = async (id: string) =>
  (await backend.pool.query("select last_used_at from access_tokens where id = $1", [id])).rows[0].last_used_at;

test("its use is noted", async () => {
  const { id, token } = (await create({ name: "Used" })).json();
  await me(token);
  await expect.poll(() => lastUse(id)).toBeInstanceOf(Date);
});

test("no use is noted where it was refused, however the refusal is shown", async () => {
  const [ended, other] = [(await create({ name: "Ended" })).json(), (await create({ name: "Other" })).json()];
  await backend.pool.query("update access_tokens set expires_at = now() - interval '1 s' where id = $1", [ended.id]);
  const headers = { ...bearer(ended.token), "tend-refusal": "1", "dapr-api-token": appApiToken };
  const refused = await backend.inject({ url: "/api/v1/me", headers });
  expect([refused.statusCode, refused.headers["tend-refusal"]]).toEqual([200, "401"]);
  await me(other.token);
  await expect.poll(() => lastUse(other.id)).toBeInstanceOf(Date);
  expect(await lastUse(ended.id)).toBeNull();
});
