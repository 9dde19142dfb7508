import { z } from "zod";
import { Due, Instant } from "./primitives.ts";
import { Recurrence } from "./tasks.ts";

export const PreviewRequest = z.strictObject({
  recurrence: Recurrence,
  due: Due,
  count: z.number().int().min(1).max(100).default(5),
  completedAt: Instant.optional(),
});
export const Occurrence = z.object({ ...Due.shape, at: Instant.nullable() });
export type Occurrence = z.infer<typeof Occurrence>;
export const Preview = z.object({ text: z.string(), occurrences: z.array(Occurrence) });
export type Preview = z.infer<typeof Preview>;

/** What became of each occurrence; missed ones were passed over and never became tasks. */
export const LedgerEntry = z.object({
  occurrence: Due,
  occurrenceNumber: z.number().int(),
  state: z.enum(["open", "done", "skipped", "missed", "moved", "withdrawn", "trashed"]),
  taskId: z.uuid().nullable(),
  at: Instant,
});
export const Schedule = z.object({
  seriesId: z.uuid(),
  counts: z.object({ done: z.number().int(), skipped: z.number().int(), missed: z.number().int() }),
  next: Due.nullable(),
  items: z.array(LedgerEntry),
});
export type Schedule = z.infer<typeof Schedule>;
