import type { Due, NewTask, Recurrence, Reminder, Task, TaskPatch } from "@tend/contracts";
import { dueInstant } from "../dates/wording";
import { newId } from "../ids";

const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

/** Sorts after every position that the server gives until it answers with its own. */
const atEnd = "hzzzzzzzzz";

const withIds = (reminders: NonNullable<TaskPatch["reminders"]>): Reminder[] =>
  reminders.map((reminder) => ({ ...reminder, id: reminder.id ?? newId() }));

/** The task as it will be, for painting before the server has answered. */
export function patched(task: Task, patch: TaskPatch, timeZone: string): Task {
  const { reminders, ...rest } = patch;
  const next: Task = { ...task, ...rest };
  if (reminders) next.reminders = withIds(reminders);
  if (patch.due !== undefined) next.dueAt = iso(dueInstant(patch.due, { timeZone }));
  return next;
}

export function drafted(id: string, draft: NewTask, projectId: string, timeZone: string): Task {
  const now = new Date().toISOString();
  const due: Due | null = draft.due ?? null;
  const recurrence: Recurrence | null = draft.recurrence ?? null;
  return {
    id,
    projectId: draft.projectId ?? projectId,
    sectionId: null,
    parentId: null,
    position: atEnd,
    title: draft.title,
    notes: draft.notes ?? "",
    status: "open",
    priority: draft.priority ?? "none",
    labelIds: draft.labelIds ?? [],
    assigneeId: null,
    due,
    dueAt: iso(dueInstant(due, { timeZone })),
    deadline: null,
    recurrence,
    seriesId: null,
    occurrence: null,
    occurrenceNumber: null,
    reminders: withIds(draft.reminders ?? []),
    completedAt: null,
    nextDue: null,
    version: 0,
    createdAt: now,
    updatedAt: now,
  };
}
