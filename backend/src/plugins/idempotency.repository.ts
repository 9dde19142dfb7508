import type { Queryable } from "@tend/service-kit";

/** `claimedAt` tells our claim from that of a repeat which has taken it over. */
export type Claim = { accountId: string; key: string; claimedAt: string; resourceId: string };
export type StoredAnswer = { status: number; headers: Record<string, string>; body: string };
type Earlier = { fingerprint: Buffer; resourceId: string; answer: StoredAnswer | null };

// Taken: a new key, one past its day, one released by a 5xx, and one of the same request whose process died half a minute ago. The same
// request keeps its resource id.
const claimStatement = `
  insert into idempotency_keys as k (account_id, key, fingerprint) values ($1, $2, $3)
  on conflict (account_id, key) do update set
    fingerprint = excluded.fingerprint, claimed_at = excluded.claimed_at, status = null, headers = null, body = null,
    created_at = case when k.created_at < now() - interval '24 hours' then excluded.created_at else k.created_at end,
    resource_id = case when k.fingerprint = excluded.fingerprint and k.created_at >= now() - interval '24 hours'
      then k.resource_id else excluded.resource_id end
  where k.created_at < now() - interval '24 hours'
    or (k.status is null and (k.claimed_at = '-infinity'
      or (k.claimed_at < now() - interval '30 seconds' and k.fingerprint = excluded.fingerprint)))
  returning resource_id, claimed_at::text`;

const earlierStatement = `
  select fingerprint, resource_id, status, headers, body from idempotency_keys where account_id = $1 and key = $2`;

type EarlierRow = {
  fingerprint: Buffer;
  resource_id: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
};

/** `claim`: ours to run. Else `earlier` is who has the key; neither: it was taken away at this moment. */
export async function claimKey(
  database: Queryable,
  { accountId, key, fingerprint }: { accountId: string; key: string; fingerprint: Buffer },
): Promise<{ claim?: Claim; earlier?: Earlier }> {
  const values = [accountId, key, fingerprint];
  const claimed = await database.query<{ resource_id: string; claimed_at: string }>({
    name: "claim-idempotency-key",
    text: claimStatement,
    values,
  });
  const [mine] = claimed.rows;
  if (mine) return { claim: { accountId, key, claimedAt: mine.claimed_at, resourceId: mine.resource_id } };
  const { rows } = await database.query<EarlierRow>({
    name: "earlier-idempotency-key",
    text: earlierStatement,
    values: [accountId, key],
  });
  const row = rows[0];
  if (!row) return {};
  const answer = row.status === null ? null : { status: row.status, headers: row.headers ?? {}, body: row.body ?? "" };
  return { earlier: { fingerprint: row.fingerprint, resourceId: row.resource_id, answer } };
}

export async function storeAnswer(database: Queryable, claim: Claim, answer: StoredAnswer): Promise<void> {
  await database.query({
    name: "store-idempotent-answer",
    text: `update idempotency_keys set status = $4, headers = $5, body = $6
      where account_id = $1 and key = $2 and claimed_at = $3::timestamptz`,
    values: [claim.accountId, claim.key, claim.claimedAt, answer.status, JSON.stringify(answer.headers), answer.body],
  });
}

/** A failure of ours is not kept: whoever repeats the request runs it again. */
export async function releaseKey(database: Queryable, claim: Claim): Promise<void> {
  await database.query({
    name: "release-idempotency-key",
    text: `update idempotency_keys set claimed_at = '-infinity'
      where account_id = $1 and key = $2 and claimed_at = $3::timestamptz and status is null`,
    values: [claim.accountId, claim.key, claim.claimedAt],
  });
}
