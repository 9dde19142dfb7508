import type { InfiniteData } from "@tanstack/react-query";
import type { Page, Task } from "@tend/contracts";
import { belongs, compare, type ListFilter } from "./list-filter";

export type TaskPages = InfiniteData<Page<Task>, string | null>;

export const tasksOf = (data: { pages: Page<Task>[] } | undefined): Task[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

/** Puts the task where it belongs in a list as loaded so far, or takes it out. The same data comes back if nothing changes. */
export function place(data: TaskPages, filter: ListFilter, task: Task): TaskPages {
  const index = data.pages.findIndex((page) => page.items.some((item) => item.id === task.id));
  const present = index < 0 ? undefined : data.pages[index]?.items.find((item) => item.id === task.id);
  if (present && present.version > task.version) return data;
  if (!belongs(filter, task, index >= 0)) return index < 0 ? data : remove(data, task.id);
  if (present && compare(filter, present, task) === 0) return replace(data, index, task);
  return insert(present ? remove(data, task.id) : data, filter, task);
}

export function remove(data: TaskPages, id: string): TaskPages {
  if (!data.pages.some((page) => page.items.some((item) => item.id === id))) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })),
  };
}

function replace(data: TaskPages, index: number, task: Task): TaskPages {
  const pages = data.pages.map((page, i) =>
    i === index ? { ...page, items: page.items.map((item) => (item.id === task.id ? task : item)) } : page,
  );
  return { ...data, pages };
}

/** What sorts after everything loaded waits for its page, unless the list is complete. */
function insert(data: TaskPages, filter: ListFilter, task: Task): TaskPages {
  for (const [pageIndex, page] of data.pages.entries()) {
    const at = page.items.findIndex((item) => compare(filter, task, item) < 0);
    if (at >= 0) return withItems(data, pageIndex, page.items.toSpliced(at, 0, task));
  }
  const last = data.pages.length - 1;
  const page = data.pages[last];
  if (!page || page.nextCursor) return data;
  return withItems(data, last, [...page.items, task]);
}

const withItems = (data: TaskPages, index: number, items: Task[]): TaskPages => ({
  ...data,
  pages: data.pages.map((page, i) => (i === index ? { ...page, items } : page)),
});
