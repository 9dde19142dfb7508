import type { Scope } from "@tend/contracts";

/** Who is asking, as looked up in the database for this request. `id` is the account's for a session, the token's for a token. */
export type Actor = {
  accountId: string;
  kind: "user" | "token";
  id: string;
  scopes: Scope[];
  timeZone: string;
  allDayTime: string;
};

/** What the request carries to prove itself: the SHA-256 of a session's token or of an access token, not yet looked up. */
export type Credential = { hash: Buffer; kind: "session" | "token" };
