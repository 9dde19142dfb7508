import type { KnownTask } from "../load/record.ts";
import { type Check, type EventFact, type Facts, repeated, sameDue, type TaskFact } from "./facts.ts";

const byId = (facts: Facts) => new Map(facts.tasks.map((task) => [task.id, task]));
const name = ({ id, fields }: KnownTask) => `task ${id} ("${fields.title}")`;

export const noSurprises: Check = {
  promise: "a client that alone writes its tasks is never refused, and a repeated request gets the first one's answer",
  find: ({ record }) => record.surprises,
};

export const nothingLost: Check = {
  promise: "no acknowledged task, completion or edit is lost",
  find(facts) {
    const tasks = byId(facts);
    return [...facts.record.tasks.values()].flatMap((known) => {
      const stored = tasks.get(known.id);
      if (!stored) return [`${name(known)} was acknowledged and is gone`];
      return known.isWithdrawn ? [] : differences(known, stored);
    });
  },
};

function differences(known: KnownTask, stored: TaskFact): string[] {
  const { fields } = known;
  const faults = (["title", "notes", "priority", "status"] as const)
    .filter((field) => fields[field] !== stored[field])
    .map((field) => `${name(known)}: ${field} was acknowledged as "${fields[field]}" and is "${stored[field]}"`);
  if (!sameDue(fields.due, stored.due))
    faults.push(
      `${name(known)}: due was acknowledged as ${JSON.stringify(fields.due)} and is ${JSON.stringify(stored.due)}`,
    );
  if (JSON.stringify(reminders(fields)) !== JSON.stringify(reminders(stored)))
    faults.push(`${name(known)}: its reminders are not those that were acknowledged`);
  const last = known.acknowledged.at(-1);
  if (last?.nextDue !== undefined && !sameDue(last.nextDue, stored.nextDue))
    faults.push(
      `${name(known)}: nextDue was answered as ${JSON.stringify(last.nextDue)} and is ${JSON.stringify(stored.nextDue)}`,
    );
  return faults;
}

const reminders = ({ reminders }: Pick<TaskFact, "reminders">) =>
  reminders.map(({ id, before }) => `${id} ${before}`).sort();

export const everyChangeIsAnEvent: Check = {
  promise: "each acknowledged change is exactly one event, of its kind and at its version",
  find(facts) {
    const events = Map.groupBy(taskEvents(facts.events), (event) => `${event.taskId} ${event.version}`);
    return [...facts.record.tasks.values()].flatMap((known) =>
      known.acknowledged.flatMap(({ type, version }) => {
        const found = events.get(`${known.id} ${version}`) ?? [];
        if (found.length === 1 && found[0]?.type === type) return [];
        const what = found.map((event) => event.type).join(", ") || "none";
        return [`${name(known)}: ${type} was acknowledged at version ${version}; events of that version: ${what}`];
      }),
    );
  },
};

export const historyIsComplete: Check = {
  promise: "a task's events have the versions 1, 2, 3 … up to the task's own, each once",
  find({ tasks, events }) {
    const versions = Map.groupBy(taskEvents(events), ({ taskId }) => taskId);
    return tasks.flatMap(({ id, version }) => {
      const found = (versions.get(id) ?? []).map((event) => event.version);
      const isComplete = found.length === version && found.every((value, index) => value === index + 1);
      return isComplete
        ? []
        : [`task ${id} has version ${version}, its events in order of seq: ${found.join(", ") || "none"}`];
    });
  },
};

export const nothingTwice: Check = {
  promise: "a repeated request makes nothing twice",
  find({ tasks, events, record }) {
    const created = tasks.filter(({ predecessorId }) => predecessorId === null);
    const strangers = created.filter(({ id }) => !record.tasks.get(id)?.isCreated);
    const titles = created.map((task) => ({ ...task, title: task.title.replace(/ \(edit \d+\)$/, "") }));
    return [
      ...strangers.map(
        ({ id, title }) => `task ${id} ("${title}") was made and never acknowledged: a repetition made another`,
      ),
      ...repeated(titles, ({ title }) => title).map(([title, same]) => `"${title}" was made ${same.length} times`),
      ...repeated(
        events.filter(({ type }) => type === "task.created.v1"),
        ({ taskId }) => String(taskId),
      ).map(([id, same]) => `task ${id} has ${same.length} events of its creation`),
    ];
  },
};

/** Those that count a task's versions; a reminder only carries the version along. In order of seq. */
export const taskEvents = (events: EventFact[]) =>
  events.filter(({ taskId, type }) => taskId !== null && type !== "reminder.due.v1").sort((a, b) => a.seq - b.seq);
