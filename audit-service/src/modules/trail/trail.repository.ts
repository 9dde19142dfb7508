import { Actor } from "@tend/contracts";
import type { Queryable, Tx } from "@tend/service-kit";
import type { Details, HashedLink } from "./append-entries.ts";
import type { Link } from "./hash-chain.ts";

export type Head = { accountId: string; sequence: number; hash: Buffer };

/** Always in the order of the ids, so that two batches cannot wait for each other. */
export async function lockHeads(tx: Tx, accountIds: readonly string[]): Promise<Head[]> {
  await tx.query({
    name: "heads-add",
    text: "insert into chain_heads (account_id) select unnest($1::uuid[]) on conflict do nothing",
    values: [accountIds],
  });
  const { rows } = await tx.query<Head>({
    name: "heads-lock",
    text: `select account_id as "accountId", sequence, hash from chain_heads where account_id = any($1::uuid[]) order by account_id for update`,
    values: [accountIds],
  });
  return rows;
}

export async function advanceHeads(tx: Tx, heads: readonly Head[]) {
  await tx.query({
    name: "heads-advance",
    text: `update chain_heads as head set sequence = next.sequence, hash = next.hash
      from unnest($1::uuid[], $2::bigint[], $3::bytea[]) as next (account_id, sequence, hash) where head.account_id = next.account_id`,
    values: [heads.map((head) => head.accountId), heads.map((head) => head.sequence), heads.map((head) => head.hash)],
  });
}

export async function insertLinks(tx: Tx, links: readonly HashedLink[]) {
  await tx.query({
    name: "links-insert",
    text: `insert into chain (account_id, sequence, event_id, type, at, actor_kind, actor_id, subject, details_hash, hash)
      select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::bytea[])`,
    values: [
      links.map((link) => link.accountId),
      links.map((link) => link.sequence),
      links.map((link) => link.eventId),
      links.map((link) => link.type),
      links.map((link) => link.at),
      links.map((link) => link.actor.kind),
      links.map((link) => link.actor.id),
      links.map((link) => link.subject),
      links.map((link) => link.detailsHash),
      links.map((link) => link.hash),
    ],
  });
}

export async function insertDetails(tx: Tx, details: readonly Details[]) {
  await tx.query({
    name: "details-insert",
    text: "insert into details (account_id, sequence, salt, body) select * from unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::text[])",
    values: [
      details.map((one) => one.accountId),
      details.map((one) => one.sequence),
      details.map((one) => one.salt),
      details.map((one) => one.body),
    ],
  });
}

type Row = {
  account_id: string;
  sequence: number;
  event_id: string;
  type: string;
  at: Date;
  actor_kind: string;
  actor_id: string;
  subject: string | null;
  details_hash: Buffer;
  hash: Buffer;
  salt: Buffer | null;
  body: string | null;
};
/** `salt` and `body` are null once the details were erased. */
export type StoredLink = Link & { hash: Buffer; salt: Buffer | null; body: string | null };

const columns = `chain.account_id, chain.sequence, event_id, type, at, actor_kind, actor_id, subject, details_hash, hash, salt, body
  from chain left join details using (account_id, sequence)`;

function toLink(row: Row): StoredLink {
  const actor = Actor.parse({ kind: row.actor_kind, id: row.actor_id });
  return {
    accountId: row.account_id,
    sequence: Number(row.sequence),
    eventId: row.event_id,
    type: row.type,
    at: row.at.toISOString(),
    actor,
    subject: row.subject,
    detailsHash: row.details_hash,
    hash: row.hash,
    salt: row.salt,
    body: row.body,
  };
}

export type TrailQuery = { accountId: string; taskId: string | null; before: number | null; limit: number };

/** Newest first, from before the given sequence. */
export async function listLinks(
  db: Queryable,
  { accountId, taskId, before, limit }: TrailQuery,
): Promise<StoredLink[]> {
  const { rows } = await db.query<Row>({
    name: taskId ? "trail-of-task" : "trail-list",
    text: `select ${columns} where chain.account_id = $1 and chain.sequence < coalesce($2, 9223372036854775807)
      ${taskId ? "and subject = $4" : ""} order by chain.sequence desc limit $3`,
    values: taskId ? [accountId, before, limit, taskId] : [accountId, before, limit],
  });
  return rows.map(toLink);
}

/** In the order of the chains, from after the given place on. */
export async function readChains(
  db: Queryable,
  after: { accountId: string; sequence: number },
  limit: number,
): Promise<StoredLink[]> {
  const { rows } = await db.query<Row>(
    `select ${columns} where (chain.account_id, chain.sequence) > ($1::uuid, $2) order by chain.account_id, chain.sequence limit $3`,
    [after.accountId, after.sequence, limit],
  );
  return rows.map(toLink);
}

export type WrongHead = { accountId: string; sequence: number };

/** Heads that do not name their chain's last entry, and chains without a head: an end that was cut off. */
export async function findWrongHeads(db: Queryable): Promise<WrongHead[]> {
  const { rows } = await db.query<{ account_id: string; sequence: number }>(
    `select coalesce(head.account_id, last.account_id) as account_id, coalesce(head.sequence, last.sequence) as sequence
     from (select * from chain_heads where sequence > 0) as head full join
       (select distinct on (account_id) account_id, sequence, hash from chain order by account_id, sequence desc) as last using (account_id)
     where head.sequence is distinct from last.sequence or head.hash is distinct from last.hash`,
  );
  return rows.map((row) => ({ accountId: row.account_id, sequence: Number(row.sequence) }));
}
