import { randomBytes } from "node:crypto";
import { HistoryPage, Label, Project, Task } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { hashOf } from "../../src/auth/credential.ts";
import type { TestApp } from "./app.ts";
import type { TestAccount } from "./sign-up.ts";

export type Belongings = Awaited<ReturnType<typeof makeBelongings>>;

/** One of everything that an account can own; `mark` stands in each text. */
export async function makeBelongings(backend: TestApp, account: TestAccount) {
  const mark = `mark${randomBytes(6).toString("hex")}`;
  const send = async (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object) => {
    const answer = await backend.inject({ method, url: `/api/v1${url}`, headers: account.tokenHeaders, payload });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url} answered ${answer.statusCode}: ${answer.body}`);
    return answer.body ? answer.json() : null;
  };
  const make = async (fields: object) => Task.parse(await send("POST", "/tasks", { title: `Task ${mark}`, ...fields }));
  const project = Project.parse(await send("POST", "/projects", { name: `Project ${mark}` }));
  const label = Label.parse(await send("POST", "/labels", { name: `Label ${mark}` }));
  const due = { date: "2031-05-01", time: "09:00", timeZone: "Europe/Berlin" };
  const task = await make({
    ...{ projectId: project.id, labelIds: [label.id], notes: `Notes ${mark}`, due },
    reminders: [{ before: "PT30M" }],
  });
  const repeating = await make({ due, recurrence: { rrule: "FREQ=DAILY" } });
  const done = await make({});
  await send("POST", `/tasks/${done.id}/complete`);
  const trashed = await make({});
  await send("DELETE", `/tasks/${trashed.id}`);
  await send("PATCH", `/tasks/${task.id}`, { title: `Changed ${mark}` });
  const [event] = HistoryPage.parse(await send("GET", `/tasks/${task.id}/history`)).items;
  const spareToken = uuidv7();
  await backend.pool.query(
    "insert into access_tokens (id, user_id, name, token_hash, scopes) values ($1, $2, $3, $4, '{read}')",
    [spareToken, account.accountId, `Token ${mark}`, randomBytes(32)],
  );
  return {
    ...{ account, mark, projectId: project.id, labelId: label.id, taskId: task.id, doneId: done.id },
    ...{ trashedId: trashed.id, repeatingId: repeating.id, seriesId: repeating.seriesId as string },
    ...{ reminderId: task.reminders[0]?.id as string, eventId: event?.id as string, tokenId: spareToken },
    notificationId: uuidv7(),
    sessionToken: await sessionTokenOf(backend, account),
  };
}

async function sessionTokenOf(backend: TestApp, { accountId }: TestAccount): Promise<string> {
  const { rows } = await backend.pool.query<{ token: string }>("select token from sessions where user_id = $1", [
    accountId,
  ]);
  return rows[0]?.token ?? "";
}

/** A token of the account that is past its day. */
export async function expiredToken(backend: TestApp, account: TestAccount): Promise<string> {
  const token = await account.makeToken(["read", "write"]);
  await backend.pool.query("update access_tokens set expires_at = now() - interval '1 second' where token_hash = $1", [
    hashOf(token),
  ]);
  return token;
}

/** A token that worked once and was then deleted through the API. */
export async function revokedToken(backend: TestApp, account: TestAccount): Promise<string> {
  const token = await account.makeToken(["read", "write"]);
  const headers = { authorization: `Bearer ${token}` };
  const { rows } = await backend.pool.query<{ id: string }>("select id from access_tokens where token_hash = $1", [
    hashOf(token),
  ]);
  const before = await backend.inject({ url: "/api/v1/me", headers });
  if (before.statusCode !== 200) throw new Error("the token that shall be revoked never worked");
  await backend.inject({ method: "DELETE", url: `/api/v1/tokens/${rows[0]?.id}`, headers });
  return token;
}
