import { type Kill, roleOf } from "../kill-part.ts";
import type { Facts, MessageFact } from "./facts.ts";

/** A moment for which a task's reminder was set, from one event to another; `until` null: it still is. */
export type Armed = { taskId: string; fireAt: number; from: number; until: number | null };

/** Computed anew from what was published of each task, without the backend's own reckoning. */
export function armedMoments({ events, messages }: Facts): Armed[] {
  const happened = new Map(events.map(({ id, at }) => [id, at]));
  const once = new Map(messages.filter(({ task }) => task !== null).map((message) => [message.eventId, message]));
  const tasks = Map.groupBy(once.values(), ({ taskId }) => taskId ?? "");
  return [...tasks].flatMap(([taskId, list]) => {
    list.sort((a, b) => (a.task?.version ?? 0) - (b.task?.version ?? 0));
    return spansOf(
      taskId,
      list.map((message) => ({ at: happened.get(message.eventId) ?? 0, moments: momentsOf(message) })),
    );
  });
}

function spansOf(taskId: string, states: { at: number; moments: number[] }[]): Armed[] {
  const spans: Armed[] = [];
  let open = new Map<number, Armed>();
  for (const { at, moments } of states) {
    const still = new Map<number, Armed>();
    for (const fireAt of moments) {
      const running = open.get(fireAt);
      // A moment that is past when it is set never fires.
      if (running) still.set(fireAt, running);
      else if (fireAt > at) still.set(fireAt, { taskId, fireAt, from: at, until: null });
    }
    for (const [fireAt, span] of open) if (!still.has(fireAt)) span.until = at;
    for (const span of still.values()) if (!spans.includes(span)) spans.push(span);
    open = still;
  }
  return spans;
}

function momentsOf({ task }: MessageFact): number[] {
  if (task?.status !== "open" || task.dueAt === null) return [];
  const { dueAt } = task;
  return task.reminders.map(({ before }) => dueAt - milliseconds(before));
}

const milliseconds = (duration: string) => Temporal.Duration.from(duration).total("milliseconds");

export type Outage = { from: number; until: number };

/** A crash of the backend, of the database or of all: reminders come due meanwhile and fire afterwards. */
export const outagesOf = (kills: Kill[]): Outage[] =>
  kills
    .filter((kill) => ["todo-backend", "postgres", "postgres backend", "launcher"].includes(roleOf(kill)))
    .map(({ at, recoveredAt }) => ({ from: at, until: recoveredAt ?? Number.POSITIVE_INFINITY }));

export const overlapsOutage = (outages: Outage[], from: number, until: number, margin: number) =>
  outages.some((outage) => outage.from - margin <= until && outage.until + margin >= from);
