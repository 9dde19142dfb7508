import { type Armed, armedMoments, outagesOf, overlapsOutage } from "./armed-moments.ts";
import { type Check, closingTypes, type EventFact, type Facts, repeated } from "./facts.ts";

/** Milliseconds within which a statement that has begun is committed, and within which the backend's timer looks again. */
const margin = 1_500;

const iso = (at: number) => new Date(at).toISOString();
const fired = ({ events }: Facts) => events.filter((event) => event.reminder !== null);
const keyOf = ({ taskId, reminder }: EventFact) => `${taskId} ${reminder?.fireAt}`;

export const remindersFireOnce: Check = {
  promise: "each reminder fires once, never early, and only while it is set",
  find(facts) {
    const armed = Map.groupBy(armedMoments(facts), ({ taskId, fireAt }) => `${taskId} ${fireAt}`);
    return [
      ...repeated(fired(facts), keyOf).map(([key, same]) => `the reminder of task ${key} fired ${same.length} times`),
      ...fired(facts).flatMap((event) => {
        const { fireAt } = event.reminder ?? { fireAt: 0 };
        const what = `the reminder of task ${event.taskId} for ${iso(fireAt)}`;
        if (event.at < fireAt) return [`${what} fired early, at ${iso(event.at)}`];
        const spans = armed.get(keyOf(event)) ?? [];
        if (spans.length === 0) return [`${what} fired and was never set`];
        const wasSet = spans.some(({ until }) => until === null || until > fireAt - margin);
        return wasSet ? [] : [`${what} fired, though it had been taken back at ${iso(spans.at(-1)?.until ?? 0)}`];
      }),
    ];
  },
};

export const noReminderIsLost: Check = {
  promise: "each reminder that is set when its moment comes fires, if need be after the outage",
  find(facts) {
    const done = new Set(fired(facts).map(keyOf));
    const outages = outagesOf(facts.kills);
    const isExcused = ({ from, until, fireAt }: Armed) =>
      from > fireAt - margin ||
      (until !== null && (until < fireAt + margin || overlapsOutage(outages, fireAt, until, margin)));
    return armedMoments(facts)
      .filter((armed) => armed.fireAt < facts.readAt - margin && (armed.until === null || armed.until > armed.fireAt))
      .filter((armed) => !done.has(`${armed.taskId} ${armed.fireAt}`) && !isExcused(armed))
      .map(
        ({ taskId, fireAt, from }) =>
          `the reminder of task ${taskId} for ${iso(fireAt)}, set at ${iso(from)}, never fired`,
      );
  },
};

export const noReminderOfCompleted: Check = {
  promise: "a task that was acknowledged as completed, skipped or deleted before the moment reminds nobody",
  find(facts) {
    const reminders = Map.groupBy(fired(facts), ({ taskId }) => taskId ?? "");
    return [...facts.record.tasks.values()].flatMap(({ id, acknowledged }) =>
      acknowledged.flatMap(({ type, answeredAt }, index) => {
        if (!closingTypes.has(type)) return [];
        const next = acknowledged[index + 1]?.sentAt ?? Number.POSITIVE_INFINITY;
        return (reminders.get(id) ?? [])
          .filter(({ at, reminder }) => reminder && reminder.fireAt > answeredAt && reminder.fireAt < next && at < next)
          .map(
            ({ reminder }) =>
              `task ${id} was closed at ${iso(answeredAt)} and its reminder for ${iso(reminder?.fireAt ?? 0)} still fired`,
          );
      }),
    );
  },
};
