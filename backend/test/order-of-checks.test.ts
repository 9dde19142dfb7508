import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { publicUrl } from "./support/public-url.ts";
import type { TestAccount } from "./support/sign-up.ts";

let backend: TestApp;
let account: TestAccount;
let readOnly: { authorization: string };
beforeAll(async () => {
  backend = await testApp();
  account = await backend.signUp();
  readOnly = { authorization: `Bearer ${await account.makeToken(["read"])}` };
});
afterAll(() => backend.close());

const tooLarge = JSON.stringify({ name: "x".repeat(1_100_000) });
const json = { "content-type": "application/json" };

/** `/tasks` looks its caller up in its own statement, `/projects` before the body: both must answer the same. */
for (const url of ["/api/v1/projects", "/api/v1/tasks"]) {
  test(`${url}: 401 comes before every fault of the request`, async () => {
    for (const authorization of [undefined, "Bearer tend_unknown", "Bearer nonsense", "Basic eA==", "Bearer"]) {
      const headers = authorization ? { authorization } : {};
      const faults = [
        { headers: { ...headers, "content-type": "text/plain" }, payload: "x" },
        { headers: { ...headers, ...json }, payload: tooLarge },
        { headers: { ...headers, ...json }, payload: "{" },
        { headers: { ...headers, ...json }, payload: "{}" },
        { headers: { ...headers, ...json, "idempotency-key": "k" }, payload: "{}" },
      ];
      for (const fault of faults) {
        const answer = await backend.inject({ method: "POST", url, ...fault });
        expect([answer.statusCode, answer.json().code, answer.headers["www-authenticate"]]).toEqual([
          401,
          "unauthenticated",
          "Bearer",
        ]);
      }
    }
  });

  test(`${url}: a missing scope comes before every fault of the request`, async () => {
    for (const fault of [
      { headers: { ...readOnly, "content-type": "text/plain" }, payload: "x" },
      { headers: { ...readOnly, ...json }, payload: tooLarge },
      { headers: { ...readOnly, ...json }, payload: "{" },
      { headers: { ...readOnly, ...json }, payload: "{}" },
    ]) {
      const answer = await backend.inject({ method: "POST", url, ...fault });
      expect([answer.statusCode, answer.json().code]).toEqual([403, "insufficient_scope"]);
    }
  });

  test(`${url}: then 415, 413 and 400, each a problem`, async () => {
    const send = (type: string, payload: string) =>
      backend.inject({ method: "POST", url, headers: { ...account.tokenHeaders, "content-type": type }, payload });
    const answers = [
      await send("text/plain", tooLarge),
      await send("application/json", tooLarge),
      await send("application/json", "{"),
      await send("application/json", '{"unknown":1}'),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([415, 413, 400, 400]);
    for (const answer of answers) {
      expect(answer.headers["content-type"]).toContain("application/problem+json");
      expect(answer.headers["cache-control"]).toBe("private, no-store");
      expect(answer.headers["x-request-id"]).toBeTruthy();
      expect(answer.json()).toMatchObject({
        type: expect.any(String),
        title: expect.any(String),
        detail: expect.any(String),
      });
    }
  });
}

test("a fault of the body comes before an unknown id, that before a version", async () => {
  const send = (id: string, payload: object) =>
    backend.inject({
      method: "PATCH",
      url: `/api/v1/projects/${id}`,
      headers: { ...account.tokenHeaders, "if-match": '"99"' },
      payload,
    });
  expect((await send(uuidv7(), { colour: "beige" })).statusCode).toBe(400);
  expect((await send(uuidv7(), { name: "A" })).statusCode).toBe(404);
  expect((await send(account.inboxProjectId, { name: "A" })).statusCode).toBe(412);
});

test("/tasks: 401 and 403 come before what only the handler finds wrong", async () => {
  const title = "A";
  const requests = [
    { method: "POST" as const, url: "/api/v1/tasks", payload: { title, sectionId: uuidv7() } },
    { method: "GET" as const, url: `/api/v1/tasks?sectionId=${uuidv7()}` },
    { method: "GET" as const, url: "/api/v1/tasks?cursor=nonsense" },
  ];
  for (const request of requests) {
    const answer = await backend.inject({ ...request, headers: { authorization: "Bearer tend_unknown" } });
    expect(answer.statusCode).toBe(401);
  }
  const [create] = requests;
  expect((await backend.inject({ ...create, headers: readOnly })).statusCode).toBe(403);
  expect((await backend.inject({ ...create, headers: account.tokenHeaders })).statusCode).toBe(404);
});

test("/tasks: a rule that is none comes before an unknown id", async () => {
  const recurrence = { rrule: "FREQ=NONSENSE" };
  const due = { date: "2030-01-01" };
  const send = (method: "POST" | "PATCH", url: string, payload: object) =>
    backend.inject({ method, url, headers: account.tokenHeaders, payload });
  const answers = [
    await send("PATCH", `/api/v1/tasks/${uuidv7()}`, { recurrence }),
    await send("PATCH", `/api/v1/tasks/${uuidv7()}`, { recurrence, projectId: uuidv7() }),
    await send("POST", "/api/v1/tasks", { title: "A", due, recurrence, sectionId: uuidv7() }),
    await send("POST", "/api/v1/tasks", { title: "A", due, recurrence, projectId: uuidv7() }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400, 400]);
});

test("unknown and read-only fields are named, in bodies and in queries", async () => {
  const headers = account.tokenHeaders;
  const patch = await backend.inject({
    method: "PATCH",
    url: "/api/v1/me",
    headers,
    payload: { name: "Ada", isAdministrator: true, email: "x@example.com" },
  });
  expect(patch.statusCode).toBe(400);
  expect(patch.json().errors.map(({ path }: { path: string }) => path)).toEqual(["isAdministrator", "email"]);
  const query = await backend.inject({ url: "/api/v1/me?nothing=1", headers });
  expect([query.statusCode, query.json().errors[0].path]).toEqual([400, "nothing"]);
  const body = await backend.inject({
    method: "POST",
    url: "/api/v1/notifications/read-all",
    headers,
    payload: { all: true },
  });
  expect([body.statusCode, body.json().errors[0].path]).toEqual([400, "all"]);
});

test("dryRun lowers the scope only where the route has dry runs", async () => {
  const bypass = await backend.inject({
    method: "POST",
    url: "/api/v1/projects?dryRun=true",
    headers: readOnly,
    payload: { name: "A" },
  });
  expect(bypass.statusCode).toBe(403);
  const real = await backend.inject({
    method: "POST",
    url: "/api/v1/quick-add?dryRun=true",
    headers: readOnly,
    payload: { text: "Pay rent", timeZone: "Europe/Berlin" },
  });
  expect(real.statusCode).toBe(200);
  const twice = await backend.inject({
    method: "POST",
    url: "/api/v1/quick-add?dryRun=true&dryRun=false",
    headers: readOnly,
    payload: { text: "Pay rent" },
  });
  expect(twice.statusCode).toBe(403);
});

test("a write by cookie needs a page of ours; a read and a token do not", async () => {
  const { cookie, tokenHeaders } = account;
  const write = (headers: Record<string, string>) =>
    backend.inject({ method: "POST", url: "/api/v1/tasks", headers, payload: { title: "A" } });
  const foreign: Record<string, string>[] = [
    {},
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    const refused = await write({ cookie, ...headers });
    expect([refused.statusCode, refused.json().code]).toEqual([403, "untrusted_origin"]);
  }
  const forged = { cookie: cookie.replace(/=(.{6})/, "=aaaaaa"), origin: "https://evil.example" };
  expect((await write(forged)).statusCode).toBe(401);
  const ours: Record<string, string>[] = [
    { origin: publicUrl },
    { origin: "http://127.0.0.1:3000" },
    { "sec-fetch-site": "same-origin" },
  ];
  for (const headers of ours) {
    expect((await write({ cookie, ...headers })).statusCode).toBe(201);
  }
  expect((await write({ ...tokenHeaders, origin: "https://evil.example" })).statusCode).toBe(201);
  expect(
    (await backend.inject({ url: "/api/v1/me", headers: { cookie, origin: "https://evil.example" } })).statusCode,
  ).toBe(200);
});

test("an expired or revoked credential is nobody's", async () => {
  const other = await backend.signUp();
  await backend.pool.query("update access_tokens set expires_at = now() - interval '1 s' where user_id = $1", [
    other.accountId,
  ]);
  await backend.pool.query("update sessions set expires_at = now() - interval '1 s' where user_id = $1", [
    other.accountId,
  ]);
  for (const url of ["/api/v1/me", "/api/v1/tasks"]) {
    expect((await backend.inject({ url, headers: other.tokenHeaders })).statusCode).toBe(401);
    expect((await backend.inject({ url, headers: { cookie: other.cookie } })).statusCode).toBe(401);
  }
});

test("HEAD answers like GET without a body", async () => {
  const answer = await backend.inject({ method: "HEAD", url: "/api/v1/me", headers: readOnly });
  expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([200, "", '"1"']);
});
