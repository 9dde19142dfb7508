import type { TestApp } from "./app.ts";
import { type Belongings, expiredToken, makeBelongings, revokedToken } from "./belongings.ts";
import type { Example } from "./examples.ts";
import type { Operation } from "./operations.ts";

export type Caller = {
  name: string;
  headers: Record<string, string>;
  /** What this caller must be answered. */
  expected(operation: Operation, example: Example): number;
};

const isRead = ({ method }: Operation) => method === "GET";
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const always = (status: number) => (operation: Operation, example: Example) =>
  operation.scope === "none" ? (example.withoutSession ?? status) : status;

/** Those who must be turned away whatever they ask. */
export async function strangers(backend: TestApp, { account }: Belongings): Promise<Caller[]> {
  const foreign = (operation: Operation, example: Example) => (isRead(operation) ? example.status : 403);
  const cookie = account.cookie;
  return [
    { name: "nobody", headers: {}, expected: always(401) },
    { name: "an expired token", headers: bearer(await expiredToken(backend, account)), expected: always(401) },
    { name: "a revoked token", headers: bearer(await revokedToken(backend, account)), expected: always(401) },
    { name: "a token that never was", headers: bearer(`tend_${"A".repeat(43)}`), expected: always(401) },
    {
      name: "a cookie with a forged signature",
      headers: { ...account.cookieHeaders, cookie: forged(cookie) },
      expected: always(401),
    },
    {
      name: "the owner's cookie from another site",
      headers: { cookie, origin: "https://evil.example" },
      expected: foreign,
    },
    {
      name: "the owner's cookie from a page that hides where it is",
      headers: { cookie, origin: "null" },
      expected: foreign,
    },
    { name: "the owner's cookie without an origin", headers: { cookie }, expected: foreign },
    {
      name: "the owner's cookie with another site's fetch metadata",
      headers: { cookie, "sec-fetch-site": "same-site" },
      expected: foreign,
    },
    {
      name: "a token that may only read",
      headers: bearer(await account.makeToken(["read"])),
      expected: withScope("read"),
    },
    {
      name: "a token that may only write",
      headers: bearer(await account.makeToken(["write"])),
      expected: withScope("write"),
    },
  ];
}

function withScope(scope: "read" | "write") {
  return (operation: Operation, example: Example) => {
    if (operation.scope === "none") return example.withoutSession ?? 401;
    return operation.scope === scope && !example.needsSession ? example.status : 403;
  };
}

// The last characters of the signature are its end; the first ones decide.
const forged = (cookie: string) => cookie.replace(/(\.)([^;]{4})/, (_all, dot: string) => `${dot}AAAA`);

/** Another account, which owns the like of everything; to it the owner's ids are unknown. */
export async function otherCallers(backend: TestApp) {
  const account = await backend.signUp({ name: "Mallory" });
  const mine = await makeBelongings(backend, account);
  return [
    { name: "another account by token", headers: account.tokenHeaders as Record<string, string>, mine },
    { name: "another account by cookie", headers: account.cookieHeaders as Record<string, string>, mine },
  ] as const;
}
