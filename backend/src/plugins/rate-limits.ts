import { createHash } from "node:crypto";
import type { Queryable } from "@tend/service-kit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { requestCounter, tooMany } from "./request-counter.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Tells whose credential this hash is, so that the next request with it can be counted before its statement runs. */
    learnAccount: (hash: Buffer, accountId: string) => void;
    countRequest: (request: FastifyRequest) => void;
  }
}

const mostLearned = 20_000;
/** How long a replica's requests may be unknown to the others. */
const shareEveryMs = 1_000;

async function plugin(app: FastifyInstance) {
  const { config, pool, log } = app.context;
  const counter = requestCounter(config.apiLimit);
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
    if (accountId && config.apiLimit > 0) counter.count(accountId);
  });
  if (config.apiLimit === 0) return;
  let sharing: Promise<void> | undefined;
  const timer = setInterval(() => {
    sharing ??= counter
      .share((began, counts) => addRequests(pool, began, counts))
      .catch((error: unknown) => log.debug({ err: error }, "the replicas could not count requests together"))
      .finally(() => {
        sharing = undefined;
      });
  }, shareEveryMs).unref();
  app.addHook("onClose", async () => {
    clearInterval(timer);
    await sharing;
  });
}
export const rateLimits = fp(plugin, { name: "rate-limits" });

const accountKey = "account:";

// Ordered, so that two replicas never wait for each other. A minute that has passed adds nothing to the next one.
const addRequestsStatement = `
  insert into rate_limits as l (key, count, last_request)
  select key, count, $3 from unnest($1::text[], $2::integer[]) as mine (key, count) order by key
  on conflict (key) do update set
    count = case when l.last_request = excluded.last_request then l.count else 0 end + excluded.count,
    last_request = excluded.last_request
  where l.last_request <= excluded.last_request
  returning key, count`;

/** One statement for all accounts of a process, however many requests they made. */
export async function addRequests(
  database: Queryable,
  began: number,
  counts: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const { rows } = await database.query<{ key: string; count: number }>({
    name: "add-requests",
    text: addRequestsStatement,
    values: [[...counts.keys()].map((id) => accountKey + id), [...counts.values()], began],
  });
  return new Map(rows.map(({ key, count }) => [key.slice(accountKey.length), count]));
}

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
