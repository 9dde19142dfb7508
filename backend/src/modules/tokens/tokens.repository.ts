import type { AccessToken, Scope } from "@tend/contracts";
import type { Queryable, Tx } from "@tend/service-kit";

const columns = `id, name, scopes, rfc3339(expires_at) as "expiresAt", rfc3339(last_used_at) as "lastUsedAt", rfc3339(created_at) as "createdAt"`;

type NewRow = { id: string; accountId: string; name: string; scopes: Scope[]; expiresAt: string | null; hash: Buffer };

export async function insertToken(
  tx: Tx,
  { id, accountId, name, scopes, expiresAt, hash }: NewRow,
): Promise<AccessToken> {
  const text = `insert into access_tokens (id, user_id, name, token_hash, scopes, expires_at, created_at)
    values ($1, $2, $3, $4, $5, $6, clock()) returning ${columns}`;
  const values = [id, accountId, name, hash, scopes, expiresAt];
  const { rows } = await tx.query<AccessToken>({ name: "insert-token", text, values });
  return rows[0] as AccessToken;
}

export async function findToken(database: Queryable, accountId: string, id: string) {
  const text = `select ${columns}, token_hash as hash from access_tokens where user_id = $1 and id = $2`;
  const { rows } = await database.query<AccessToken & { hash: Buffer }>({
    name: "find-token",
    text,
    values: [accountId, id],
  });
  if (!rows[0]) return null;
  const { hash, ...token } = rows[0];
  return { token, hash };
}

export async function listTokens(database: Queryable, accountId: string, after: string | null, rowCount: number) {
  const text = `select ${columns} from access_tokens where user_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`;
  const { rows } = await database.query<AccessToken>({
    name: "list-tokens",
    text,
    values: [accountId, after, rowCount],
  });
  return rows;
}

/** The name of the deleted token; null when there was none. */
export async function deleteToken(tx: Tx, accountId: string, id: string): Promise<string | null> {
  const text = "delete from access_tokens where user_id = $1 and id = $2 returning name";
  const { rows } = await tx.query<{ name: string }>({ name: "delete-token", text, values: [accountId, id] });
  return rows[0]?.name ?? null;
}

/** At most once an hour for each token. */
export async function markTokenUsed(database: Queryable, hash: Buffer): Promise<void> {
  const text = `update access_tokens set last_used_at = clock()
    where token_hash = $1 and (last_used_at is null or last_used_at < clock() - interval '1 hour')`;
  await database.query({ name: "mark-token-used", text, values: [hash] });
}
