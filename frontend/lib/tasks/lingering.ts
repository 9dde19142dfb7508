import type { Task } from "@tend/contracts";
import { useSyncExternalStore } from "react";
import { passFocusOn } from "../focus";
import type { ListFilter } from "./list-filter";

/** How long a completed row stays, struck through, before it leaves: as long as its toast. */
const stay = 6_000;

type Lingering = { task: Task; places: { list: string; before: string | null }[] };

let present: ReadonlyMap<string, Lingering> = new Map();
const none: ReadonlyMap<string, Lingering> = new Map();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function change(edit: (next: Map<string, Lingering>) => void) {
  const next = new Map(present);
  edit(next);
  present = next;
  for (const listener of listeners) listener();
}

export function letLinger(task: Task, places: Lingering["places"]) {
  clearTimeout(timers.get(task.id));
  const leave = () => {
    passFocusOn(task.id);
    stopLingering(task.id);
  };
  timers.set(task.id, setTimeout(leave, stay));
  change((next) => next.set(task.id, { task, places: present.get(task.id)?.places ?? places }));
}

export function stopLingering(id: string) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (present.has(id)) change((next) => next.delete(id));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The list's tasks with those that were just completed back in their places. */
export function withLingering(tasks: Task[], list: string, lingering: ReadonlyMap<string, Lingering>): Task[] {
  let shown = tasks;
  for (const { task, places } of [...lingering.values()].reverse()) {
    const place = places.find((candidate) => candidate.list === list);
    if (!place || tasks.some((item) => item.id === task.id)) continue;
    const at = shown.findIndex((item) => item.id === place.before);
    shown = shown.toSpliced(at < 0 ? shown.length : at, 0, task);
  }
  return shown;
}

export function useShownTasks(tasks: Task[], filter: ListFilter): Task[] {
  const lingering = useSyncExternalStore(
    subscribe,
    () => present,
    () => none,
  );
  return lingering.size === 0 ? tasks : withLingering(tasks, JSON.stringify(filter), lingering);
}
