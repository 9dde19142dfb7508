/** What the services ask of each other through the sidecar; no browser sees these. */
import { z } from "zod";
import { SeriesSnapshot } from "./events/task-events.ts";
import { Due, Id, Instant, Version } from "./primitives.ts";

/** POST backend /api/internal/occurrences: 201 made, 200 was there or was revived, 409 `superseded` (acknowledge it). */
export const NewOccurrence = z.strictObject({
  seriesId: Id,
  occurrence: Due,
  occurrenceNumber: z.number().int().positive(),
  predecessorId: Id,
  predecessorVersion: Version,
  seriesVersion: Version,
});
export type NewOccurrence = z.infer<typeof NewOccurrence>;
export const MadeOccurrence = z.object({ taskId: Id });

/** GET backend /api/internal/series?after=&limit=: living series by id, each with its latest occurrence. */
export const SeriesState = z.object({
  series: SeriesSnapshot,
  accountId: Id,
  latest: z.object({
    taskId: Id,
    status: z.enum(["open", "done", "skipped", "trashed"]),
    version: Version,
    completedAt: Instant.nullable(),
    /** As it was stored when the occurrence was closed. */
    nextDue: Due.nullable().default(null),
  }),
});
export type SeriesState = z.infer<typeof SeriesState>;
export const SeriesStatePage = z.object({ items: z.array(SeriesState), nextAfter: Id.nullable() });
export const SeriesStateQuery = z.strictObject({
  after: Id.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

/** GET backend /api/internal/users/{id}/contact; 404 when the account is gone. */
export const Contact = z.object({
  accountId: Id,
  name: z.string(),
  email: z.string(),
  timeZone: z.string(),
  locale: z.string(),
});
export type Contact = z.infer<typeof Contact>;

/** GET backend /api/internal/reminders/{id}?fireAt=: whether a late reminder should still be delivered. */
export const ReminderCheck = z.object({ applies: z.boolean() });

/** POST backend /api/internal/users/{id}/signals: tells that account's open pages to load notifications again. */
export const Signal = z.strictObject({ kind: z.literal("notification") });

/** GET notification-service /api/notifications, POST …/{id}/read, POST …/read-all, GET and PATCH /api/preferences; GET audit-service /api/audit. */
export const AccountQuery = z.strictObject({ accountId: Id });
export const AccountPageQuery = z.strictObject({
  accountId: Id,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2_000).optional(),
  taskId: Id.optional(),
});
