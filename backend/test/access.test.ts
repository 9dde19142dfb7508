import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

test("signing up makes an account with an inbox, a session and its audit events", async () => {
  const account = await backend.signUp({ timeZone: "Europe/Berlin", locale: "de" });
  const { rows } = await backend.pool.query("select * from users where id = $1", [account.accountId]);
  expect(rows[0]).toMatchObject({ time_zone: "Europe/Berlin", locale: "de", inbox_project_id: account.inboxProjectId });
  const projects = await backend.pool.query("select is_inbox from projects where owner_id = $1", [account.accountId]);
  expect(projects.rows).toEqual([{ is_inbox: true }]);
  const outbox = await backend.pool.query("select payload from outbox where partition_key = $1 order by seq", [
    account.accountId,
  ]);
  expect(outbox.rows.map(({ payload }) => payload.data.action)).toEqual(["account.created", "session.created"]);
});

test("an unknown address under the API is 401 without an account and 404 with one", async () => {
  const account = await backend.signUp();
  const nobody = await backend.inject("/api/v1/nothing");
  expect([nobody.statusCode, nobody.headers["www-authenticate"], nobody.json().code]).toEqual([
    401,
    "Bearer",
    "unauthenticated",
  ]);
  const byToken = await backend.inject({ url: "/api/v1/nothing", headers: account.tokenHeaders });
  expect(byToken.statusCode).toBe(404);
  const byCookie = await backend.inject({ url: "/api/v1/nothing", headers: { cookie: account.cookie } });
  expect(byCookie.statusCode).toBe(404);
});
