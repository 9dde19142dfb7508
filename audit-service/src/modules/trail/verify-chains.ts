import type { Queryable } from "@tend/service-kit";
import { hashDetails, hashLink } from "./hash-chain.ts";
import { findWrongHeads, readChains, type StoredLink } from "./trail.repository.ts";

export type BrokenChain = { accountId: string; sequence: number; reason: string };
export type Verification = { accounts: number; entries: number; broken: BrokenChain[] };
type Progress = { accountId: string; sequence: number; hash: Buffer };

const start = "00000000-0000-0000-0000-000000000000";
const empty = Buffer.alloc(0);

/** Computes every chain again, and names the first link of each account that does not hold. Reads only; may run beside the service. */
export async function verifyChains(db: Queryable, batch = 2_000): Promise<Verification> {
  const broken = new Map<string, BrokenChain>();
  const accounts = new Set<string>();
  let entries = 0;
  let last: Progress = { accountId: start, sequence: 0, hash: empty };
  for (;;) {
    const links = await readChains(db, last, batch);
    for (const link of links) {
      const previous =
        link.accountId === last.accountId ? last : { accountId: link.accountId, sequence: 0, hash: empty };
      const reason = faultOf(previous, link);
      if (reason && !broken.has(link.accountId))
        broken.set(link.accountId, { accountId: link.accountId, sequence: link.sequence, reason });
      accounts.add(link.accountId);
      last = link;
    }
    entries += links.length;
    if (links.length < batch) break;
  }
  for (const head of await findWrongHeads(db)) {
    if (!broken.has(head.accountId))
      broken.set(head.accountId, { ...head, reason: "the chain does not end where its head says" });
  }
  return { accounts: accounts.size, entries, broken: [...broken.values()] };
}

function faultOf(previous: Progress, link: StoredLink): string | null {
  if (link.sequence !== previous.sequence + 1) return `the entry after ${previous.sequence} is missing`;
  if (!hashLink(previous.hash, link).equals(link.hash)) return "the entry was changed";
  const { salt, body } = link;
  if (salt && body !== null && !hashDetails(salt, body).equals(link.detailsHash)) return "the details were changed";
  return null;
}
