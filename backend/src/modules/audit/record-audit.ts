import { type AuditAction, auditRecorded } from "@tend/contracts";
import { currentTraceparent } from "@tend/service-kit";
import type { ClientBase, Pool } from "pg";
import type { z } from "zod";
import type { Actor } from "../../auth/actor.ts";
import type { PrismaTx } from "../../prisma.ts";
import { recordEvent } from "../events/record-event.ts";

type Audit = { accountId: string; actor: Actor; action: z.infer<typeof AuditAction>; details: Record<string, string> };

/** What the audit trail shall know, in the caller's transaction. Wake the relay after the commit. */
export const recordAudit = (client: ClientBase | Pool, { accountId, actor, action, details }: Audit) =>
  recordEvent(client, {
    type: auditRecorded.type,
    topic: auditRecorded.topic,
    accountId,
    actor,
    traceparent: currentTraceparent(),
    data: { action, details: shortened(details) },
  });

const shortened = (details: Record<string, string>) =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, value.slice(0, 200)]));

/** Prisma's transaction as what `recordEvent` needs of a client: it only calls `query({ text, values })` and reads no rows. */
export const asClient = (tx: PrismaTx) =>
  ({
    query: ({ text, values }: { text: string; values: unknown[] }) => tx.$executeRawUnsafe(text, ...values),
  }) as unknown as ClientBase;

/** An account acting for itself, before there is a request's actor. */
export const ownActor = (accountId: string): Actor => ({
  accountId,
  kind: "user",
  id: accountId,
  scopes: ["read", "write"],
  timeZone: "UTC",
  allDayTime: "09:00",
});
