import type { Query, QueryClient } from "@tanstack/react-query";
import type { ChangeEvent, Task } from "@tend/contracts";
import { address, api, Refused } from "../api";
import { keys } from "../queries";
import { findTask, placeTask, removeTask } from "../tasks/cache";
import { afterWrites } from "../tasks/writes";

/** More changed tasks than this at once are loaded as lists, not one by one. */
const manyTasks = 25;
const gatherFor = 30;

/** Brings the cache up to what the feed tells: single tasks for few changes, whole lists for many. */
export class ChangeApplier {
  readonly #client: QueryClient;
  readonly #tasks = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  cursor: string;

  constructor(client: QueryClient, cursor: string) {
    this.#client = client;
    this.cursor = cursor;
  }

  take(event: ChangeEvent, cursor: string) {
    this.cursor = cursor;
    if (event.type.startsWith("project.")) this.#stale(keys.projects);
    else if (event.type.startsWith("label.")) this.#stale(keys.labels);
    // The times of all tasks were derived again, with no event for each.
    else if ("dueAt" in event.changes && !event.taskId) void this.#client.invalidateQueries();
    else if (event.type.startsWith("account.")) this.#stale(keys.me);
    if (!event.taskId) return this.#gather();
    const known = findTask(this.#client, event.taskId);
    if (!known || known.version < event.version) this.#tasks.add(event.taskId);
    this.#stale(keys.history(event.taskId));
    if (event.seriesId) this.#stale(["schedule"]);
    this.#gather();
  }

  /** What was missed between two streams; a cursor that is too old means to load everything again. */
  async catchUp() {
    try {
      for (let isMore = true; isMore; ) {
        const page = await api<{ items: ChangeEvent[]; nextCursor: string }>(
          address("/changes", { cursor: this.cursor, limit: 200 }),
        );
        for (const event of page.items) this.take(event, page.nextCursor);
        this.cursor = page.nextCursor;
        isMore = page.items.length === 200;
      }
    } catch (error) {
      if (error instanceof Refused && (error.status === 410 || error.status === 400)) await this.loadAgain();
    }
  }

  async loadAgain() {
    this.cursor = (await api<{ nextCursor: string }>("/changes")).nextCursor;
    await this.#client.invalidateQueries();
  }

  /** An answer that is on its way may be older than the change: it is asked for anew. */
  #stale(queryKey: readonly unknown[]) {
    void this.#client.cancelQueries({ queryKey }).then(() => this.#client.invalidateQueries({ queryKey }));
  }

  #loadLoadingListsAgain() {
    const loading = {
      queryKey: keys.lists,
      predicate: ({ state }: Query) => !state.data && state.fetchStatus === "fetching",
    };
    for (const { queryKey } of this.#client.getQueryCache().findAll(loading)) this.#stale(queryKey);
  }

  #gather() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#apply();
    }, gatherFor);
  }

  async #apply() {
    await afterWrites();
    const ids = [...this.#tasks];
    this.#tasks.clear();
    this.#stale(keys.counts);
    if (ids.length > manyTasks) {
      this.#stale(keys.lists);
      this.#stale(["task"]);
      return;
    }
    this.#loadLoadingListsAgain();
    await Promise.all(ids.map((id) => this.#load(id)));
  }

  async #load(id: string) {
    try {
      placeTask(this.#client, await api<Task>(`/tasks/${id}`));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) removeTask(this.#client, id);
    }
  }
}
