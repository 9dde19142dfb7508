import type { Due } from "@tend/contracts";
import { next } from "@tend/recurrence";
import type { SeriesRow, TaskRow } from "../tasks/task-row.ts";

/** When the occurrence after this one is due; null for a task without a living series, or at the rule's end. */
export function nextDueOf(task: TaskRow, series: SeriesRow | null, completedAt: string, zone: string): Due | null {
  return nextOf(task, series, completedAt, zone)?.due ?? null;
}

export function nextOf(task: TaskRow, series: SeriesRow | null, completedAt: string, zone: string) {
  if (!series?.is_alive || !task.occurrence || task.occurrence_number === null) return null;
  return next(
    {
      recurrence: series.recurrence,
      anchor: series.anchor,
      anchorNumber: series.anchor_number,
      occurrence: task.occurrence,
      occurrenceNumber: task.occurrence_number,
      due: task.due ?? task.occurrence,
    },
    completedAt,
    zone,
  );
}
