import { afterAll, beforeAll, expect, test } from "vitest";
import { appApiToken, type TestApp, testApp } from "./support/app.ts";
import { publicUrl } from "./support/public-url.ts";
import { cookieOf } from "./support/sign-up.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

const post = (path: string, payload: object | undefined, headers: Record<string, string> = {}) =>
  backend.inject({ method: "POST", url: `/api/auth${path}`, headers: { origin: publicUrl, ...headers }, payload });
const getSession = (cookie: string, headers: Record<string, string> = {}) =>
  backend.inject({ url: "/api/auth/get-session", headers: { cookie, ...headers } });
const actionsOf = async (accountId: string) => {
  const text =
    "select payload -> 'data' ->> 'action' as action from outbox where topic = 'audit-logs' and partition_key = $1 order by seq";
  const { rows } = await backend.pool.query(text, [accountId]);
  return rows.map(({ action }) => action);
};

test("sign in, look, sign out: the session is gone at once, and the trail has it all", async () => {
  const { email, password, accountId } = await backend.signUp();
  const signedIn = await post("/sign-in/email", { email: email.toUpperCase(), password });
  expect(signedIn.statusCode).toBe(200);
  const setCookie = String(signedIn.headers["set-cookie"]);
  expect(setCookie).toMatch(/HttpOnly/i);
  expect(setCookie).toMatch(/SameSite=Lax/i);
  expect(setCookie).not.toMatch(/Secure/i);
  const cookie = cookieOf(signedIn.headers["set-cookie"]);
  expect((await getSession(cookie)).json().user).toMatchObject({ id: accountId, email });
  expect((await post("/sign-out", {}, { cookie })).statusCode).toBe(200);
  expect((await getSession(cookie)).json()).toBeNull();
  expect((await backend.inject({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(401);
  expect(await actionsOf(accountId)).toEqual([
    "account.created",
    "session.created",
    "session.created",
    "session.ended",
  ]);
});

test("a wrong password and an unknown address answer the same; only the known account's trail has it", async () => {
  const { email, accountId } = await backend.signUp();
  const wrong = await post("/sign-in/email", { email, password: "not this one" });
  const unknown = await post("/sign-in/email", { email: "nobody@example.com", password: "not this one" });
  expect([wrong.statusCode, wrong.json().code]).toEqual([401, "invalid_credentials"]);
  expect(unknown.body).toBe(wrong.body);
  expect(wrong.headers["content-type"]).toContain("application/problem+json");
  expect(await actionsOf(accountId)).toContain("session.refused");
});

test("an address is taken whatever its case, also when two ask at once", async () => {
  const { email } = await backend.signUp();
  const body = { name: "Eve", email: email.toUpperCase(), password: "long enough" };
  const taken = await post("/sign-up/email", body);
  expect([taken.statusCode, taken.json().code]).toEqual([422, "email_taken"]);
  const twice = await Promise.all([1, 2].map(() => post("/sign-up/email", { ...body, email: "twins@example.com" })));
  expect(twice.map(({ statusCode }) => statusCode).sort()).toEqual([200, 422]);
});

test("exactly one first account is the administrator", async () => {
  await using fresh = await testApp();
  await Promise.all([fresh.signUp(), fresh.signUp(), fresh.signUp()]);
  const { rows } = await fresh.pool.query("select count(*)::int as administrators from users where is_administrator");
  expect(rows).toEqual([{ administrators: 1 }]);
});

test("sign-up refuses what is hostile, naming the field", async () => {
  const good = { name: "Ada", email: "ada@example.com", password: "long enough" };
  const bad: [string, object][] = [
    ["name", { ...good, name: "A\0B" }],
    ["name", { ...good, name: ["Ada"] }],
    ["name", { ...good, name: "x".repeat(101) }],
    ["email", { ...good, email: "a@b\r\nBcc: c@d.example" }],
    ["email", { ...good, email: `${"x".repeat(300)}@example.com` }],
    ["email", { ...good, email: { $ne: null } }],
    ["password", { ...good, password: "short" }],
    ["password", { ...good, password: "x".repeat(129) }],
    ["timeZone", { ...good, timeZone: "Mars/Olympus" }],
    ["locale", { ...good, locale: "../../etc" }],
    ["isAdministrator", { ...good, isAdministrator: true }],
    ["emailVerified", { ...good, emailVerified: true }],
    ["id", { ...good, id: "0198c0de-0000-7000-8000-000000000000" }],
  ];
  for (const [path, body] of bad) {
    const answer = await post("/sign-up/email", body);
    expect([path, answer.statusCode]).toEqual([path, 400]);
    expect(answer.json().errors[0].path).toBe(path);
  }
  for (const raw of ["[]", "null", '"x"', "1e999", "{", '{"__proto__":{"x":1}}', `${"[".repeat(20_000)}`]) {
    const answer = await backend.inject({
      method: "POST",
      url: "/api/auth/sign-up/email",
      headers: { origin: publicUrl, "content-type": "application/json" },
      payload: raw,
    });
    expect([raw.slice(0, 20), answer.statusCode]).toEqual([raw.slice(0, 20), 400]);
  }
});

test("only the routes we list are there", async () => {
  const { cookie } = await backend.signUp();
  for (const path of [
    "/update-user",
    "/delete-user",
    "/change-email",
    "/reset-password",
    "/sign-in/social",
    "/verify-email",
    "/error",
    "/ok",
  ]) {
    expect((await post(path, {}, { cookie })).statusCode).toBe(404);
    expect((await backend.inject({ url: `/api/auth${path}`, headers: { cookie } })).statusCode).toBe(404);
  }
  for (const url of [
    "/api/auth//update-user",
    "//api/auth/update-user",
    "/api/auth/./update-user",
    "/api/auth/sign-in/email/../../update-user",
  ]) {
    expect(
      (await backend.inject({ method: "POST", url, headers: { cookie, origin: publicUrl }, payload: {} })).statusCode,
    ).toBe(404);
  }
});

test("another site's page can neither sign in nor sign out", async () => {
  const { email, password, cookie } = await backend.signUp();
  const foreign = { origin: "https://evil.example" };
  expect((await post("/sign-in/email", { email, password }, foreign)).statusCode).toBe(403);
  expect((await post("/sign-out", {}, { ...foreign, cookie })).statusCode).toBe(403);
  const cli = await backend.inject({ method: "POST", url: "/api/auth/sign-in/email", payload: { email, password } });
  expect(cli.statusCode).toBe(200);
});

test("changing the password ends the other sessions", async () => {
  const { email, password, cookie: old } = await backend.signUp();
  const cookie = cookieOf((await post("/sign-in/email", { email, password })).headers["set-cookie"]);
  const wrong = await post("/change-password", { currentPassword: "no", newPassword: "another one" }, { cookie });
  expect([wrong.statusCode, wrong.json().code]).toEqual([400, "invalid_password"]);
  const change = { currentPassword: password, newPassword: "another one", revokeOtherSessions: false };
  const changed = await post("/change-password", change, { cookie });
  expect(changed.statusCode).toBe(200);
  expect((await getSession(old)).json()).toBeNull();
  expect((await getSession(cookieOf(changed.headers["set-cookie"]))).json()).not.toBeNull();
  expect((await post("/sign-in/email", { email, password })).statusCode).toBe(401);
});

test("sessions are listed and revoked, one's own only", async () => {
  const account = await backend.signUp();
  const stranger = await backend.signUp();
  const list = await backend.inject({ url: "/api/auth/list-sessions", headers: { cookie: account.cookie } });
  const [session] = list.json();
  expect(session.token).toBeTruthy();
  await post("/revoke-session", { token: session.token }, { cookie: stranger.cookie });
  expect((await getSession(account.cookie)).json()).not.toBeNull();
  expect((await post("/revoke-session", { token: session.token }, { cookie: account.cookie })).statusCode).toBe(200);
  expect((await getSession(account.cookie)).json()).toBeNull();
  const nobody = await backend.inject({ url: "/api/auth/list-sessions" });
  expect([nobody.statusCode, nobody.json().code]).toEqual([401, "unauthenticated"]);
});

test("the browser's get-session renews an ageing session, a page server's does not", async () => {
  const { cookie, accountId } = await backend.signUp();
  await backend.pool.query("update sessions set expires_at = now() + interval '20 days' where user_id = $1", [
    accountId,
  ]);
  const daysLeft = async () => {
    const text = "select extract(day from expires_at - now())::int as days from sessions where user_id = $1";
    return (await backend.pool.query(text, [accountId])).rows[0].days;
  };
  const fromServer = await getSession(cookie, { "dapr-api-token": appApiToken });
  expect([fromServer.json().user.id, fromServer.headers["set-cookie"]]).toEqual([accountId, undefined]);
  expect(await daysLeft()).toBe(19);
  const fromBrowser = await getSession(cookie);
  expect(String(fromBrowser.headers["set-cookie"])).toContain("tend.session_token");
  expect(await daysLeft()).toBe(29);
});

test("closed or by invitation, only the first account can be made", async () => {
  for (const SIGN_UP of ["closed", "invite"]) {
    await using fresh = await testApp({ env: { SIGN_UP } });
    await fresh.signUp();
    await expect(fresh.signUp()).rejects.toThrow("sign_up_closed");
  }
});
