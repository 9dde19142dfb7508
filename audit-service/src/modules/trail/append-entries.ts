import { randomBytes } from "node:crypto";
import type { Actor } from "@tend/contracts";
import type { Tx } from "@tend/service-kit";
import { canonicalJson, hashDetails, hashLink, type Link } from "./hash-chain.ts";
import { advanceHeads, type Head, insertDetails, insertLinks, lockHeads } from "./trail.repository.ts";

export type NewEntry = {
  id: string;
  type: string;
  accountId: string;
  actor: Actor;
  at: string;
  subject: string | null;
  details: unknown;
};
export type HashedLink = Link & { hash: Buffer };
export type Details = { accountId: string; sequence: number; salt: Buffer; body: string };

/** Adds entries to their accounts' chains in the order given; the heads stay locked until the transaction ends. */
export async function appendEntries(tx: Tx, entries: readonly NewEntry[]): Promise<void> {
  const accounts = [...new Set(entries.map(({ accountId }) => accountId))].sort();
  const heads = new Map((await lockHeads(tx, accounts)).map((head) => [head.accountId, head]));
  const links: HashedLink[] = [];
  const details: Details[] = [];
  for (const entry of entries) {
    const { accountId } = entry;
    const head = heads.get(accountId);
    if (!head) throw new Error(`no chain head for ${accountId}`);
    const salt = randomBytes(16);
    const body = canonicalJson(entry.details);
    const link = linkAfter(head, entry, hashDetails(salt, body));
    links.push(link);
    details.push({ accountId, sequence: link.sequence, salt, body });
    heads.set(accountId, { accountId, sequence: link.sequence, hash: link.hash });
  }
  await insertLinks(tx, links);
  await insertDetails(tx, details);
  await advanceHeads(tx, [...heads.values()]);
}

function linkAfter(head: Head, { id, type, accountId, actor, at, subject }: NewEntry, detailsHash: Buffer): HashedLink {
  const link = { accountId, sequence: head.sequence + 1, eventId: id, type, at, actor, subject, detailsHash };
  return { ...link, hash: hashLink(head.hash, link) };
}
