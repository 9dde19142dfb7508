import type { Random } from "../random.ts";
import { createApi, type Traffic } from "./api.ts";
import type { Account } from "./record.ts";

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];

/** An account with an access token: requests by token need no cookie and no origin. */
export async function signUp(base: string, name: string, random: Random, traffic: Traffic): Promise<Account> {
  const email = `${name}@example.com`;
  const timeZone = random.pick(zones);
  const password = `correct horse ${random.uuid()}`;
  const response = await fetch(`${base}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { origin: base, "content-type": "application/json" },
    body: JSON.stringify({ name, email, password, timeZone }),
  });
  if (!response.ok) throw new Error(`signing up was answered with ${response.status}: ${await response.text()}`);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const api = createApi(base, { cookie, origin: base }, traffic);
  const token = await api.ask({ method: "POST", path: "/api/v1/tokens", body: { name: "fault test" } });
  const me = await api.ask({ method: "GET", path: "/api/v1/me" });
  if (token.status !== 201 || me.status !== 200) throw new Error(`a token was answered with ${JSON.stringify(token)}`);
  return { id: (me.body as { id: string }).id, email, token: (token.body as { token: string }).token, timeZone };
}
