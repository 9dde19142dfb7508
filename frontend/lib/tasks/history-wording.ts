import type { Due, HistoryEvent, Notification, Project, Task } from "@tend/contracts";
import { sayDue, type Viewer } from "../dates/wording";

type Known = { viewer: Viewer; projects: Project[] };
type Change = { from: unknown; to: unknown };

const fields: Record<string, (change: Change, known: Known) => string> = {
  title: () => "renamed",
  notes: () => "notes edited",
  priority: ({ to }) => (to === "none" ? "priority removed" : `priority ${String(to)}`),
  labelIds: () => "labels changed",
  reminders: () => "reminders changed",
  recurrence: ({ from, to }) => (to ? (from ? "repeats differently" : "set to repeat") : "repeats no more"),
  due: ({ to }, { viewer }) => (to ? `moved to ${sayDue(to as Due, viewer)}` : "date removed"),
  projectId: ({ to }, { projects }) => `moved to ${projects.find((project) => project.id === to)?.name ?? "a project"}`,
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function sayEvent(event: HistoryEvent, known: Known): string {
  switch (event.type) {
    case "task.created.v1":
      return event.actor.kind === "service" ? "The next one was made" : "Created";
    case "task.updated.v1": {
      const words = Object.entries(event.changes).flatMap(([field, change]) => fields[field]?.(change, known) ?? []);
      return capital(words.join(", ")) || "Edited";
    }
    case "task.completed.v1":
      return "Done";
    case "task.reopened.v1":
      return "Opened again";
    case "task.skipped.v1":
      return "Skipped";
    case "task.deleted.v1":
      return "Put in the trash";
    case "task.restored.v1":
      return "Restored";
    case "task.withdrawn.v1":
      return "The next one was taken back";
    case "task.revived.v1":
      return "The next one came back";
    default:
      return "Changed";
  }
}

/** The state that each kind of event can be undone in. */
const undoableIn: Record<string, Task["status"][]> = {
  "task.updated.v1": ["open", "done", "skipped"],
  "task.completed.v1": ["done"],
  "task.skipped.v1": ["skipped"],
  "task.deleted.v1": ["trashed"],
};
export const canUndo = (event: HistoryEvent, task: Task) =>
  event.taskId === task.id && (undoableIn[event.type]?.includes(task.status) ?? false);

export type Receipt = { id: string; at: string; words: string; isFailed: boolean };

/** What became of each reminder that fired, by channel. */
export function receiptsOf(notifications: Notification[]): Receipt[] {
  return notifications.flatMap(({ id, kind, createdAt, deliveries }) => {
    const what = kind === "reminder.due" ? "Reminder" : "Notice";
    return deliveries.flatMap(({ channel, status, sentAt, error }) => {
      const how = channel === "email" ? "e-mailed" : "shown";
      const shared = { id: `${id}-${channel}`, at: sentAt ?? createdAt };
      if (status === "sent") return { ...shared, words: `${what} ${how}`, isFailed: false };
      if (status === "failed")
        return { ...shared, words: `${what} could not be ${how}${error ? `: ${error}` : ""}`, isFailed: true };
      return status === "pending" ? { ...shared, words: `${what} is being ${how}`, isFailed: false } : [];
    });
  });
}
