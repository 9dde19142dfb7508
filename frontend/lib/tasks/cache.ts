import type { QueryClient } from "@tanstack/react-query";
import type { Task } from "@tend/contracts";
import { keys } from "../queries";
import type { ListFilter } from "./list-filter";
import { place, remove, type TaskPages, tasksOf } from "./pages";

function lists(client: QueryClient) {
  return client.getQueriesData<TaskPages>({ queryKey: keys.lists }).flatMap(([key, data]) => {
    return data ? [{ key, data, filter: key[1] as ListFilter }] : [];
  });
}

/** The task as any list or the panel knows it. */
export function findTask(client: QueryClient, id: string): Task | undefined {
  const single = client.getQueryData<Task>(keys.task(id));
  if (single) return single;
  for (const { data } of lists(client)) {
    const task = tasksOf(data).find((item) => item.id === id);
    if (task) return task;
  }
}

/** Shows the task as it now is in every list and in the panel. An older version changes nothing. */
export function placeTask(client: QueryClient, task: Task) {
  const known = client.getQueryData<Task>(keys.task(task.id));
  if (known && known.version <= task.version) client.setQueryData(keys.task(task.id), task);
  for (const { key, data, filter } of lists(client)) {
    const next = place(data, filter, task);
    if (next !== data) client.setQueryData(key, next);
  }
}

export function removeTask(client: QueryClient, id: string) {
  client.removeQueries({ queryKey: keys.task(id) });
  for (const { key, data } of lists(client)) {
    const next = remove(data, id);
    if (next !== data) client.setQueryData(key, next);
  }
}

/** Where the task stands in each list, so that a completed one can stay a moment in its place. */
export function placesOf(client: QueryClient, id: string): { list: string; before: string | null }[] {
  return lists(client).flatMap(({ data, filter }) => {
    const items = tasksOf(data);
    const index = items.findIndex((item) => item.id === id);
    return index < 0 ? [] : [{ list: JSON.stringify(filter), before: items[index + 1]?.id ?? null }];
  });
}
