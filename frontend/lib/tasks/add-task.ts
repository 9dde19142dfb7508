import type { QueryClient } from "@tanstack/react-query";
import type { QuickAdded, Task } from "@tend/contracts";
import { address, api } from "../api";
import { sayDue, type Viewer } from "../dates/wording";
import { newId } from "../ids";
import { keys } from "../queries";
import { say } from "../toasts";
import type { TaskActions } from "./actions";
import { placeTask, removeTask } from "./cache";
import { drafted } from "./optimistic";
import { inTurn } from "./writes";

export type Understood = { text: string; answer: QuickAdded };

export const understand = (text: string, timeZone: string, signal?: AbortSignal) =>
  api<QuickAdded>(address("/quick-add", { dryRun: true }), { method: "POST", body: { text, timeZone }, signal });

type NewLine = {
  text: string;
  /** Where it goes when the line names no project, and on which day when it names none. */
  projectId: string;
  defaultDate?: string;
  understood?: Understood | null;
};

/** Paints the task, then makes it; throws the refusal so that the line can come back with it. */
export async function addTask(client: QueryClient, actions: TaskActions, viewer: Viewer, line: NewLine) {
  const { text, projectId, defaultDate } = line;
  const id = newId();
  const known = line.understood?.text === text ? line.understood.answer : null;
  const dated = <T extends { due?: Task["due"] }>(draft: T) =>
    defaultDate && !draft.due ? { ...draft, due: { date: defaultDate, time: null, timeZone: null } } : draft;
  placeTask(client, drafted(id, dated(known?.draft ?? { title: text }), projectId, viewer.timeZone));
  try {
    const task = await inTurn(id, async () => {
      if (!defaultDate) {
        const body = { text, timeZone: viewer.timeZone, projectId, id };
        return (await api<QuickAdded>("/quick-add", { method: "POST", body })).task!;
      }
      const { draft } = known ?? (await understand(text, viewer.timeZone));
      return api<Task>("/tasks", { method: "POST", body: { projectId, ...dated(draft), id } });
    });
    placeTask(client, task);
    void client.invalidateQueries({ queryKey: keys.counts });
    const when = task.due ? `: ${sayDue(task.due, viewer)}` : "";
    say(`Added${when}`, { undo: () => void actions.trash(task, task.recurrence ? "all" : undefined) });
  } catch (error) {
    removeTask(client, id);
    throw error;
  }
}
