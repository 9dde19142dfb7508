import { createHash } from "node:crypto";
import { problem, type Queryable } from "@tend/service-kit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import fp from "fastify-plugin";

declare module "fastify" {
  interface FastifyInstance {
    /** Tells whose credential this hash is, so that the next request with it can be counted before its statement runs. */
    learnAccount: (hash: Buffer, accountId: string) => void;
    countRequest: (request: FastifyRequest) => void;
  }
}

const minute = 60_000;
const mostLearned = 20_000;
export const tooMany = (retryAfter: number, detail = "Too many requests. Try again in a moment.") =>
  problem(429, "rate_limited", detail, { retryAfter });

/** Requests per account in the present minute, in this process. */
export function requestCounter(limit: number, now: () => number = Date.now) {
  let counts = new Map<string, number>();
  let window = 0;
  return (accountId: string) => {
    if (limit === 0) return;
    const at = now();
    if (Math.floor(at / minute) !== window) {
      window = Math.floor(at / minute);
      counts = new Map();
    }
    const count = (counts.get(accountId) ?? 0) + 1;
    counts.set(accountId, count);
    if (count > limit) throw tooMany(Math.ceil(((window + 1) * minute - at) / 1_000));
  };
}

async function plugin(app: FastifyInstance) {
  const count = requestCounter(app.context.config.apiLimit);
  const accounts = new Map<string, string>();
  app.decorate("learnAccount", (hash: Buffer, accountId: string) => {
    const key = hash.toString("base64");
    if (accounts.has(key)) return;
    if (accounts.size >= mostLearned) accounts.delete(accounts.keys().next().value ?? "");
    accounts.set(key, accountId);
  });
  app.decorate("countRequest", (request: FastifyRequest) => {
    const learned = request.credential && accounts.get(request.credential.hash.toString("base64"));
    const accountId = request.knownActor?.accountId ?? learned;
    if (accountId) count(accountId);
  });
}
export const rateLimits = fp(plugin, { name: "rate-limits" });

// last_request is the start of the minute that is being counted.
const countAttemptStatement = `
  with present as (select (extract(epoch from clock()) * 1000)::bigint as at)
  insert into rate_limits as l (key, count, last_request) select $1, 1, at from present
  on conflict (key) do update set
    count = case when l.last_request <= excluded.last_request - 60000 then 1 else l.count + 1 end,
    last_request = case when l.last_request <= excluded.last_request - 60000 then excluded.last_request else l.last_request end
  returning count, ceil((last_request + 60000 - (select at from present)) / 1000.0)::integer as wait`;

/** Attempts on something worth guarding, such as a password; counted in the database, for all replicas. */
export async function countAttempt(database: Queryable, key: string, limit: number): Promise<void> {
  if (limit === 0) return;
  const hashed = createHash("sha256").update(key).digest("base64url");
  const { rows } = await database.query<{ count: number; wait: number }>({
    name: "count-attempt",
    text: countAttemptStatement,
    values: [hashed],
  });
  const row = rows[0];
  if (row && row.count > limit)
    throw tooMany(Math.max(1, row.wait), "Too many attempts. Wait a minute, then try again.");
}
