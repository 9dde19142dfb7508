import type { Due, Priority, Recurrence, Reminder } from "@tend/contracts";

/** A row of `tasks` as `to_jsonb` gives it. */
export type TaskRow = {
  id: string;
  owner_id: string;
  project_id: string;
  series_id: string | null;
  predecessor_id: string | null;
  position: string;
  title: string;
  notes: string;
  status: "open" | "done" | "skipped" | "trashed" | "withdrawn";
  trashed_from: "open" | "done" | "skipped" | null;
  priority: number;
  label_ids: string[];
  due: Due | null;
  due_at: string | null;
  due_date: string | null;
  due_sort: string;
  deadline: string | null;
  recurrence: Recurrence | null;
  occurrence: Due | null;
  occurrence_number: number | null;
  next_due: Due | null;
  exceptions: Partial<Pick<TaskRow, TemplateColumn>>;
  made_version: number;
  reminders: Reminder[];
  completed_at: string | null;
  version: number;
};

/** What the next occurrence takes over from its predecessor. */
export const templateColumns = ["title", "notes", "project_id", "priority", "label_ids", "reminders"] as const;
export type TemplateColumn = (typeof templateColumns)[number];

/** A row of `series`. */
export type SeriesRow = {
  id: string;
  recurrence: Recurrence;
  anchor: Due;
  anchor_number: number;
  is_alive: boolean;
  version: number;
};

export const priorities: Priority[] = ["none", "low", "medium", "high", "urgent"];
