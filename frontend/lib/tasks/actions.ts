import type { QueryClient } from "@tanstack/react-query";
import type { CompletedTask, DeleteScope, HistoryEvent, Page, PatchScope, Task, TaskPatch } from "@tend/contracts";
import { address, api } from "../api";
import { sayReturnOn, type Viewer } from "../dates/wording";
import { keys } from "../queries";
import { say, sayRefused } from "../toasts";
import { findTask, placesOf, placeTask } from "./cache";
import { letLinger, stopLingering } from "./lingering";
import { patched } from "./optimistic";
import { inTurn } from "./writes";

type Reopened = { task: Task; keptSuccessor: string | null };

/** Everything done to a task: painted at once, taken back with the server's words when refused, and undone from its toast. */
export class TaskActions {
  readonly #client: QueryClient;
  readonly #viewer: () => Viewer;
  constructor(client: QueryClient, viewer: () => Viewer) {
    this.#client = client;
    this.#viewer = viewer;
  }

  toggle(task: Task) {
    return task.status === "open" ? this.complete(task) : this.reopen(task);
  }

  async complete(task: Task) {
    const places = placesOf(this.#client, task.id);
    const done = { ...task, status: "done" as const, completedAt: new Date().toISOString() };
    letLinger(done, places);
    const answer = await this.#write(task, done, () =>
      api<CompletedTask>(`/tasks/${task.id}/complete`, { method: "POST" }),
    );
    if (!answer) return stopLingering(task.id);
    letLinger(answer.task, places);
    say(answer.nextDue ? `Done. Back ${sayReturnOn(answer.nextDue, this.#viewer())}` : "Done.", {
      undo: () => this.reopen(answer.task),
    });
  }

  async reopen(task: Task) {
    const open = { ...task, status: "open" as const, completedAt: null, nextDue: null };
    const answer = await this.#write(task, open, () => api<Reopened>(`/tasks/${task.id}/reopen`, { method: "POST" }));
    // Not before: the row would be gone for a moment, and its focus for good.
    stopLingering(task.id);
    if (answer) say(answer.keptSuccessor ? "Open again. The next one stays: it was edited." : "Open again");
  }

  async skip(task: Task) {
    const skipped = { ...task, status: "skipped" as const };
    const answer = await this.#write(task, skipped, () =>
      api<CompletedTask>(`/tasks/${task.id}/skip`, { method: "POST" }),
    );
    if (!answer) return;
    say(answer.nextDue ? `Skipped. Back ${sayReturnOn(answer.nextDue, this.#viewer())}` : "Skipped", {
      undo: () => this.reopen(answer.task),
    });
  }

  /** Resolves to whether it was saved. */
  async edit(task: Task, patch: TaskPatch, what: string, scope?: PatchScope): Promise<boolean> {
    const saved = await this.#patch(task, patch, scope);
    if (saved) say(what, { undo: () => this.#undoLatest(saved) });
    return saved !== null;
  }

  /** Each keeps its own time; one toast takes all of them back. */
  async reschedule(tasks: Task[], date: string) {
    const moved = await Promise.all(
      tasks.map(async (task) => {
        if (!task.due) return [];
        const saved = await this.#patch(task, { due: { ...task.due, date } });
        return saved ? [{ saved, due: task.due }] : [];
      }),
    );
    const all = moved.flat();
    if (all.length === 0) return;
    const undo = () => all.map(({ saved, due }) => this.#patch(saved, { due }));
    say(`${all.length === 1 ? "1 task" : `${all.length} tasks`} moved`, { undo });
  }

  #patch(task: Task, patch: TaskPatch, scope?: PatchScope): Promise<Task | null> {
    const next = patched(task, patch, this.#viewer().timeZone);
    return this.#write(task, next, () =>
      api<Task>(address(`/tasks/${task.id}`, { scope }), { method: "PATCH", body: patch }),
    );
  }

  async trash(task: Task, scope?: DeleteScope) {
    const gone = await this.#write(task, { ...task, status: "trashed" }, async () => {
      await api(address(`/tasks/${task.id}`, { scope }), { method: "DELETE" });
      return true;
    });
    if (gone) say("In the trash", { undo: () => this.restore({ ...task, status: "trashed" }) });
  }

  async restore(task: Task) {
    const answer = await this.#write(task, { ...task, status: "open" }, () =>
      api<Task>(`/tasks/${task.id}/restore`, { method: "POST" }),
    );
    if (answer) say("Restored");
  }

  async undo(event: { id: string; taskId: string | null }) {
    try {
      const task = await inTurn(event.taskId ?? event.id, () =>
        api<Task>(`/events/${event.id}/undo`, { method: "POST" }),
      );
      placeTask(this.#client, task);
      this.#refresh(task.id);
      say("Undone");
    } catch (error) {
      sayRefused(error);
    }
  }

  async #undoLatest(saved: Task) {
    try {
      const { items } = await api<Page<HistoryEvent>>(address(`/tasks/${saved.id}/history`, { limit: 20 }));
      const event = items.find((item) => item.taskId === saved.id && item.version === saved.version);
      if (event) await this.undo(event);
      else say("This cannot be undone any more: it has been changed since.");
    } catch (error) {
      sayRefused(error);
    }
  }

  /** Paints `next`, sends, and paints the answer; a refusal paints what was there and says why. */
  async #write<T>(task: Task, next: Task, send: () => Promise<T>): Promise<T | null> {
    placeTask(this.#client, next);
    try {
      const answer = await inTurn(task.id, send);
      const saved = savedTask(answer);
      if (saved) placeTask(this.#client, saved);
      this.#refresh(task.id);
      return answer;
    } catch (error) {
      const present = findTask(this.#client, task.id);
      placeTask(this.#client, { ...task, version: Math.max(task.version, present?.version ?? 0) });
      sayRefused(error);
      return null;
    }
  }

  #refresh(id: string) {
    for (const key of [keys.counts, keys.history(id), keys.schedule(id)]) {
      void this.#client.invalidateQueries({ queryKey: key });
    }
  }
}

function savedTask(answer: unknown): Task | null {
  if (!answer || typeof answer !== "object") return null;
  if ("task" in answer) return answer.task as Task;
  return "title" in answer ? (answer as Task) : null;
}
