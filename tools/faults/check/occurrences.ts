import { taskEvents } from "./acknowledged.ts";
import { type Check, closingTypes, type Facts, repeated, sameDue, type TaskFact } from "./facts.ts";

const shown = (due: TaskFact["due"]) => JSON.stringify(due);

export const oneNextOccurrence: Check = {
  promise:
    "each completed, skipped or deleted occurrence with a nextDue has exactly one next occurrence, the others none",
  find(facts) {
    const successors = Map.groupBy(standing(facts.tasks), ({ predecessorId }) => predecessorId);
    const closedOnce = new Set(
      closings(facts)
        .filter(([, times]) => times === 1)
        .map(([id]) => id),
    );
    return standing(facts.tasks).flatMap((task) => {
      const next = successors.get(task.id) ?? [];
      if (task.status === "open") return next.flatMap((successor) => judgeOfOpen(task, successor));
      const wanted = task.nextDue === null ? 0 : 1;
      if (next.length !== wanted)
        return [
          `task ${task.id} is ${task.status} with nextDue ${shown(task.nextDue)} and has ${next.length} next occurrences`,
        ];
      return next.flatMap((successor) => judge(task, successor, closedOnce.has(task.id)));
    });
  },
};

const standing = (tasks: TaskFact[]) => tasks.filter(({ status }) => status !== "withdrawn");

function closings({ events }: Facts): [string, number][] {
  const closed = taskEvents(events).filter(({ type }) => closingTypes.has(type));
  return [...Map.groupBy(closed, ({ taskId }) => taskId ?? "")].map(([id, list]) => [id, list.length]);
}

/** Reopening takes the next occurrence back, unless somebody has changed that. */
function judgeOfOpen(task: TaskFact, successor: TaskFact): string[] {
  return successor.isUntouched && successor.status === "open"
    ? [`task ${task.id} was reopened, and its untouched next occurrence ${successor.id} is still there`]
    : [];
}

function judge(task: TaskFact, successor: TaskFact, isClosedOnce: boolean): string[] {
  const faults: string[] = [];
  if (successor.seriesId !== task.seriesId) faults.push("is of another series");
  if ((successor.occurrenceNumber ?? 0) <= (task.occurrenceNumber ?? 0))
    faults.push(`has the number ${successor.occurrenceNumber}`);
  // An occurrence that was kept when its predecessor was reopened or restored belongs to the first time that was closed.
  if (isClosedOnce && !sameDue(successor.occurrence, task.nextDue))
    faults.push(`is of ${shown(successor.occurrence)}, promised was ${shown(task.nextDue)}`);
  return faults.map((fault) => `the occurrence ${successor.id} after ${task.id} ${fault}`);
}

export const nextTakesOver: Check = {
  promise: "a next occurrence has the title, notes and priority that its predecessor had when it was made",
  find({ tasks, events }) {
    const last = new Map(taskEvents(events).map(({ taskId, seq }) => [taskId, seq]));
    const byId = new Map(tasks.map((task) => [task.id, task]));
    return standing(tasks).flatMap((task) => {
      const before = byId.get(task.predecessorId ?? "");
      if (!before || !task.isUntouched || (last.get(before.id) ?? 0) > (last.get(task.id) ?? 0)) return [];
      return (["title", "notes", "priority"] as const)
        .filter((field) => task[field] !== (before.exceptions[field] ?? before[field]))
        .map(
          (field) =>
            `occurrence ${task.id} has the ${field} "${task[field]}", ${before.id} before it "${before[field]}"`,
        );
    });
  },
};

export const noOccurrenceTwice: Check = {
  promise: "no number of a series and no predecessor comes twice",
  find({ tasks }) {
    const recurring = standing(tasks).filter(({ seriesId }) => seriesId !== null);
    const following = recurring.filter(({ predecessorId }) => predecessorId !== null);
    const ids = (list: TaskFact[]) => list.map(({ id }) => id).join(", ");
    return [
      ...repeated(recurring, ({ seriesId, occurrenceNumber }) => `${seriesId} number ${occurrenceNumber}`).map(
        ([key, same]) => `series ${key} exists ${same.length} times: ${ids(same)}`,
      ),
      ...repeated(following, ({ predecessorId }) => String(predecessorId)).map(
        ([id, same]) => `task ${id} has ${same.length} next occurrences: ${ids(same)}`,
      ),
    ];
  },
};

export const oneOpenOccurrence: Check = {
  promise: "a series in which nothing was reopened has at most one open occurrence",
  find({ tasks, events }) {
    const opening = new Set(["task.reopened.v1", "task.restored.v1"]);
    const reopened = new Set(events.filter(({ type }) => opening.has(type)).map(({ taskId }) => taskId));
    const series = Map.groupBy(
      tasks.filter(({ seriesId }) => seriesId !== null),
      ({ seriesId }) => seriesId,
    );
    return [...series].flatMap(([id, list]) => {
      const open = list.filter(({ status }) => status === "open");
      if (open.length <= 1 || list.some((task) => reopened.has(task.id))) return [];
      return [`series ${id} has ${open.length} open occurrences: ${open.map((task) => task.id).join(", ")}`];
    });
  },
};

export const ledgerAgrees: Check = {
  promise: "the ledger of recurring-task-service says of each occurrence what the backend says",
  find({ tasks, ledger }) {
    const rows = new Map(ledger.map((row) => [row.taskId, row]));
    return tasks
      .filter(({ seriesId }) => seriesId !== null)
      .flatMap(({ id, status, version }) => {
        const row = rows.get(id);
        if (!row) return [`the ledger does not know occurrence ${id}`];
        const state = row.state === "moved" ? "open" : row.state;
        if (state === status && row.version === version) return [];
        return [
          `the ledger has occurrence ${id} as ${row.state} at version ${row.version}; it is ${status} at ${version}`,
        ];
      });
  },
};
