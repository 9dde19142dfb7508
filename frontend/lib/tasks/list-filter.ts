import type { Task, TaskStatus } from "@tend/contracts";
import { addDays } from "../dates/calendar";
import { seen } from "../dates/wording";

/** The query of `GET /tasks`; it is also the key of the list in the cache. */
export type ListFilter = {
  projectId?: string;
  status?: string;
  dueFrom?: string;
  dueTo?: string;
  timeZone?: string;
  q?: string;
  sort: "position" | "due" | "-updated";
};

export const projectList = (projectId: string): ListFilter => ({ projectId, sort: "position" });
export const overdueList = (today: string, timeZone: string): ListFilter => ({ dueTo: today, timeZone, sort: "due" });
export const todayList = (today: string, timeZone: string): ListFilter => ({
  dueFrom: today,
  dueTo: addDays(today, 1),
  timeZone,
  sort: "due",
});
export const upcomingList = (today: string, timeZone: string): ListFilter => ({
  dueFrom: addDays(today, 1),
  timeZone,
  sort: "due",
});
export const trashList: ListFilter = { status: "trashed", sort: "-updated" };
export const searchList = (q: string): ListFilter => ({ q, status: "open,done,skipped", sort: "-updated" });

const hasStatus = (filter: ListFilter, status: TaskStatus) => (filter.status ?? "open").split(",").includes(status);

/** Whether the list should show the task; a search, which only the server can judge, keeps what it has. */
export function belongs(filter: ListFilter, task: Task, isShown: boolean): boolean {
  if (!hasStatus(filter, task.status)) return false;
  if (filter.projectId && task.projectId !== filter.projectId) return false;
  if (filter.dueFrom || filter.dueTo) {
    if (!task.due) return false;
    const { date } = seen(task.due, { timeZone: filter.timeZone ?? "UTC" });
    if (filter.dueFrom && date < filter.dueFrom) return false;
    if (filter.dueTo && date >= filter.dueTo) return false;
  }
  return filter.q ? isShown : true;
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** All day comes after the timed ones of its day, no due last: the server's order. */
function dueKey(task: Task, timeZone: string) {
  if (!task.due) return "~";
  const { date, time } = seen(task.due, { timeZone });
  return `${date} ${time ?? "~"}`;
}

export function compare(filter: ListFilter, a: Task, b: Task): number {
  const zone = filter.timeZone ?? "UTC";
  if (filter.sort === "position") return text(a.position, b.position) || text(a.id, b.id);
  if (filter.sort === "due") return text(dueKey(a, zone), dueKey(b, zone)) || text(a.id, b.id);
  return text(b.updatedAt, a.updatedAt) || text(b.id, a.id);
}
