import { z } from "zod";
import { Actor, Changes } from "./events/define-event.ts";
import { Id, Instant, pageOf } from "./primitives.ts";

export const HistoryEvent = z
  .object({
    id: Id,
    type: z.string(),
    at: Instant,
    actor: Actor,
    taskId: Id.nullable(),
    version: z.number().int(),
    changes: Changes,
  })
  .meta({ id: "HistoryEvent" });
export type HistoryEvent = z.infer<typeof HistoryEvent>;
export const HistoryPage = pageOf(HistoryEvent);

/** The feed also says which project an event belongs to; apply it only if `version` is higher than yours. */
export const ChangeEvent = HistoryEvent.extend({ projectId: Id.nullable(), seriesId: Id.nullable() });
export type ChangeEvent = z.infer<typeof ChangeEvent>;
/** `nextCursor` is never null: it is where to go on from. */
export const ChangePage = z.object({ items: z.array(ChangeEvent), nextCursor: z.string() });

export const AuditEntry = z
  .object({
    sequence: z.number().int(),
    id: Id,
    type: z.string(),
    at: Instant,
    actor: Actor,
    subject: z.string().nullable(),
    details: z.unknown().describe("null once erased"),
    hash: z.string(),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;
export const AuditPage = pageOf(AuditEntry);
