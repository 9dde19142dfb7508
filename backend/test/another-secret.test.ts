import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authSecret, type TestApp, testApp } from "./support/app.ts";
import { publicUrl } from "./support/public-url.ts";
import { cookieOf } from "./support/sign-up.ts";

const newSecret = randomBytes(32).toString("base64url");

let old: TestApp;
let account: Awaited<ReturnType<TestApp["signUp"]>>;
beforeAll(async () => {
  old = await testApp();
  account = await old.signUp();
});
afterAll(() => old.close());

/** The same backend after a change of its secret. */
const withSecrets = (present: string, ...others: string[]) =>
  testApp({
    env: {},
    overrides: { authSecret: present, otherSecrets: others, pool: old.pool, prisma: old.context.prisma },
  });
const me = (app: TestApp, cookie: string) => app.inject({ url: "/api/v1/me", headers: { cookie } });
const session = (app: TestApp, cookie: string) => app.inject({ url: "/api/auth/get-session", headers: { cookie } });
const isSignedBy = (secret: string, cookie: string) => {
  const [token = "", signature] = decodeURIComponent(cookie.split("=")[1] ?? "").split(".");
  return createHmac("sha256", secret).update(token).digest("base64") === signature;
};

test("who has signed in stays so when the secret changes, and new cookies are signed by the new one", async () => {
  await using app = await withSecrets(newSecret, authSecret);
  expect((await me(app, account.cookie)).statusCode).toBe(200);
  expect((await session(app, `a=b; ${account.cookie}; c=d`)).json().user).toMatchObject({ id: account.accountId });
  const cookie = await signedInAgain(app);
  expect(isSignedBy(newSecret, cookie)).toBe(true);
  expect((await me(app, cookie)).statusCode).toBe(200);
  await using next = await withSecrets(authSecret, newSecret);
  expect((await me(next, cookie)).statusCode).toBe(200);
});

test("a secret that is gone opens nothing", async () => {
  await using app = await withSecrets(newSecret);
  expect((await me(app, account.cookie)).statusCode).toBe(401);
  expect((await session(app, account.cookie)).json()).toBeNull();
});

test("one signs out with a cookie of the former secret", async () => {
  await using app = await withSecrets(newSecret, authSecret);
  const { cookie } = await old.signUp();
  const headers = { origin: publicUrl, cookie };
  expect((await app.inject({ method: "POST", url: "/api/auth/sign-out", headers, payload: {} })).statusCode).toBe(200);
  expect((await me(app, cookie)).statusCode).toBe(401);
});

test("a repeat shows the token that was made, or none, never another", async () => {
  const headers = { ...account.cookieHeaders, "idempotency-key": randomUUID() };
  const create = (app: TestApp) =>
    app.inject({ method: "POST", url: "/api/v1/tokens", headers, payload: { name: "Repeated" } });
  const made = (await create(old)).json();
  await using app = await withSecrets(newSecret, authSecret);
  expect((await create(app)).json()).toEqual(made);
  await using later = await withSecrets(newSecret);
  const cookie = await signedInAgain(later);
  const again = await later.inject({
    method: "POST",
    url: "/api/v1/tokens",
    headers: { ...headers, cookie },
    payload: { name: "Repeated" },
  });
  expect([again.statusCode, again.json().code]).toEqual([410, "token_forgotten"]);
});

async function signedInAgain(app: TestApp): Promise<string> {
  const { email, password } = account;
  const headers = { origin: publicUrl };
  const answer = await app.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    headers,
    payload: { email, password },
  });
  return cookieOf(answer.headers["set-cookie"]);
}
