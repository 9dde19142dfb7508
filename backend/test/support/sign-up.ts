import { randomBytes } from "node:crypto";
import type { Scope } from "@tend/contracts";
import type { App } from "@tend/service-kit";
import { v7 as uuidv7 } from "uuid";
import { hashOf } from "../../src/auth/credential.ts";
import { publicUrl } from "./public-url.ts";

export type TestAccount = {
  accountId: string;
  inboxProjectId: string;
  email: string;
  password: string;
  /** For the header `cookie`; writes need `origin` too. */
  cookie: string;
  /** Of an access token that may read and write. */
  token: string;
  tokenHeaders: { authorization: string };
  cookieHeaders: { cookie: string; origin: string };
  /** Another access token. */
  makeToken: (scopes: Scope[]) => Promise<string>;
};

type Fields = { name?: string; email?: string; timeZone?: string; locale?: string };

/** A new account, made through the API as a person would. */
export const signUpWith =
  (app: App) =>
  async (fields: Fields = {}): Promise<TestAccount> => {
    const email = fields.email ?? `${randomBytes(8).toString("hex")}@example.com`;
    const password = "correct horse battery";
    const answer = await app.inject({
      method: "POST",
      url: "/api/auth/sign-up/email",
      headers: { origin: publicUrl },
      payload: { name: "Ada", ...fields, email, password },
    });
    if (answer.statusCode !== 200) throw new Error(`sign-up answered ${answer.statusCode}: ${answer.body}`);
    const cookie = cookieOf(answer.headers["set-cookie"]);
    const accountId: string = answer.json().user.id;
    const { rows } = await app.context.pool.query("select inbox_project_id from users where id = $1", [accountId]);
    const makeToken = (scopes: Scope[]) => insertToken(app, accountId, scopes);
    const token = await makeToken(["read", "write"]);
    return {
      accountId,
      inboxProjectId: rows[0].inbox_project_id,
      email,
      password,
      cookie,
      token,
      tokenHeaders: { authorization: `Bearer ${token}` },
      cookieHeaders: { cookie, origin: publicUrl },
      makeToken,
    };
  };

export function cookieOf(setCookie: string | string[] | undefined): string {
  return [setCookie ?? []]
    .flat()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function insertToken(app: App, accountId: string, scopes: Scope[]): Promise<string> {
  const token = `tend_${randomBytes(32).toString("base64url")}`;
  await app.context.pool.query(
    "insert into access_tokens (id, user_id, name, token_hash, scopes) values ($1, $2, 'test', $3, $4)",
    [uuidv7(), accountId, hashOf(token), scopes],
  );
  return token;
}
