import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type {
  AccessToken,
  Counts,
  Due,
  HistoryEvent,
  Label,
  Me,
  NotificationPage,
  NotificationPreferences,
  Page,
  Preview,
  Project,
  Recurrence,
  Schedule,
  Task,
} from "@tend/contracts";
import { address, api } from "./api";
import type { ListFilter } from "./tasks/list-filter";

export const keys = {
  me: ["me"] as const,
  projects: ["projects"] as const,
  labels: ["labels"] as const,
  counts: ["counts"] as const,
  lists: ["tasks"] as const,
  list: (filter: ListFilter) => ["tasks", filter] as const,
  task: (id: string) => ["task", id] as const,
  history: (id: string) => ["history", id] as const,
  schedule: (id: string) => ["schedule", id] as const,
  notifications: ["notifications"] as const,
  receipts: (taskId: string) => ["receipts", taskId] as const,
  preferences: ["preferences"] as const,
  tokens: ["tokens"] as const,
};

/** The first page is what fits a screen or two, the next ones are for scrolling. */
export const firstPage = 60;
const nextPage = 200;

export const paths = {
  projects: address("/projects", { limit: 200 }),
  labels: address("/labels", { limit: 200 }),
  notifications: address("/notifications", { limit: 30 }),
  list: (filter: ListFilter, cursor: string | null) =>
    address("/tasks", { ...filter, cursor, limit: cursor ? nextPage : firstPage }),
};

const get = <T>(path: string) => api<T>(path);

export const meQuery = queryOptions({ queryKey: keys.me, queryFn: () => get<Me>("/me") });
export const projectsQuery = queryOptions({
  queryKey: keys.projects,
  queryFn: async () => (await get<Page<Project>>(paths.projects)).items,
});
export const labelsQuery = queryOptions({
  queryKey: keys.labels,
  queryFn: async () => (await get<Page<Label>>(paths.labels)).items,
});
export const countsQuery = queryOptions({ queryKey: keys.counts, queryFn: () => get<Counts>("/counts") });
export const notificationsQuery = queryOptions({
  queryKey: keys.notifications,
  queryFn: () => get<NotificationPage>(paths.notifications),
});
export const listQuery = (filter: ListFilter) =>
  infiniteQueryOptions({
    queryKey: keys.list(filter),
    queryFn: ({ pageParam }) => get<Page<Task>>(paths.list(filter, pageParam)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
export const taskQuery = (id: string) =>
  queryOptions({ queryKey: keys.task(id), queryFn: () => get<Task>(`/tasks/${id}`) });
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: keys.history(id),
    queryFn: () => get<Page<HistoryEvent>>(address(`/tasks/${id}/history`, { limit: 30 })),
  });
export const scheduleQuery = (id: string) =>
  queryOptions({ queryKey: keys.schedule(id), queryFn: () => get<Schedule>(`/tasks/${id}/schedule`), retry: 1 });
export const receiptsQuery = (taskId: string) =>
  queryOptions({
    queryKey: keys.receipts(taskId),
    queryFn: () => get<NotificationPage>(address("/notifications", { taskId, limit: 20 })),
    retry: 1,
  });
export const previewQuery = (recurrence: Recurrence, due: Due, count: number) =>
  queryOptions({
    queryKey: ["preview", recurrence, due, count],
    queryFn: ({ signal }) =>
      api<Preview>("/recurrences/preview", { method: "POST", body: { recurrence, due, count }, signal }),
    retry: false,
    staleTime: 60_000,
  });
export const preferencesQuery = queryOptions({
  queryKey: keys.preferences,
  queryFn: () => get<NotificationPreferences>("/notification-preferences"),
});
export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: async () => (await get<Page<AccessToken>>(address("/tokens", { limit: 200 }))).items,
});
