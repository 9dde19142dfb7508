import { createHash } from "node:crypto";
import type { Actor } from "@tend/contracts";

/** What an entry's hash covers, besides the hash before it. */
export type Link = {
  accountId: string;
  sequence: number;
  eventId: string;
  type: string;
  at: string;
  actor: Actor;
  subject: string | null;
  detailsHash: Buffer;
};

/** JSON with sorted keys: equal values give equal text, on every machine. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export const hashDetails = (salt: Buffer, body: string) => createHash("sha256").update(salt).update(body).digest();

export function hashLink(previous: Buffer, link: Link): Buffer {
  const { accountId, sequence, eventId, type, at, actor, subject, detailsHash } = link;
  const covered = { accountId, sequence, eventId, type, at, actor, subject, detailsHash: detailsHash.toString("hex") };
  return createHash("sha256").update(previous).update(canonicalJson(covered)).digest();
}
