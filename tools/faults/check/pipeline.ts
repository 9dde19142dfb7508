import { taskEvents } from "./acknowledged.ts";
import { type Check, type Facts, repeated } from "./facts.ts";

export const nothingIsStuck: Check = {
  promise: "the outbox is empty, nothing is parked, no message waits, no job is left",
  find: ({ outbox, lag, jobs }) => [
    ...outbox.map(({ eventId, parkedAt, error }) =>
      parkedAt ? `event ${eventId} is parked: ${error}` : `event ${eventId} waits in the outbox`,
    ),
    ...lag
      .filter(({ behind }) => behind !== 0)
      .map(({ group, topic, behind }) => `${group} is ${behind} messages behind in ${topic}`),
    ...jobs.map(
      ({ service, task, attempts, error }) =>
        `${service} still has a job ${task} after ${attempts} attempts: ${error ?? "no error"}`,
    ),
  ],
};

export const noDeadLetters: Check = {
  promise: "no crash makes a dead letter",
  find: ({ deadLetters }) =>
    deadLetters.map(
      ({ topic, group, reason, eventId }) => `event ${eventId} of ${topic} is a dead letter of ${group}: ${reason}`,
    ),
};

export const everythingIsPublished: Check = {
  promise: "every event is published, and nothing is published that did not happen",
  find({ events, messages }) {
    const happened = new Set(events.map(({ id }) => id));
    const published = new Set(messages.map(({ eventId }) => eventId));
    return [
      ...events.filter(({ id }) => !published.has(id)).map(({ id, type }) => `${type} ${id} is not in the log`),
      ...messages
        .filter(({ eventId }) => !happened.has(eventId))
        .map(({ type, eventId }) => `${type} ${eventId} was published and is not in the event log`),
    ];
  },
};

export const orderIsKept: Check = {
  promise: "a task's events are published in their order",
  find({ messages }) {
    const first = new Map<string, (typeof messages)[number]>();
    for (const message of inOrder(messages)) if (!first.has(message.eventId)) first.set(message.eventId, message);
    const tasks = Map.groupBy(
      [...first.values()].filter(({ task }) => task !== null),
      ({ taskId }) => taskId,
    );
    return [...tasks].flatMap(([taskId, list]) => {
      const versions = list.map(({ task }) => task?.version ?? 0);
      const isSorted = versions.every((version, index) => index === 0 || version > (versions[index - 1] ?? 0));
      const isTogether = new Set(list.map(({ partition }) => partition)).size === 1;
      return isSorted && isTogether ? [] : [`task ${taskId} was published in the order ${versions.join(", ")}`];
    });
  },
};

const inOrder = (messages: Facts["messages"]) =>
  [...messages].sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset);

export const auditTrailIsExact: Check = {
  promise: "the audit trail has every event exactly once (reminders are not part of it), in chains without a gap",
  find({ events, audit, chains }) {
    const audited = events.filter(({ type }) => type !== "reminder.due.v1");
    const entries = new Set(audit.map(({ eventId }) => eventId));
    const known = new Set(audited.map(({ id }) => id));
    return [
      ...audited.filter(({ id }) => !entries.has(id)).map(({ id, type }) => `${type} ${id} is not in the audit trail`),
      ...repeated(audit, ({ eventId }) => eventId).map(
        ([id, same]) => `event ${id} is ${same.length} times in the audit trail`,
      ),
      ...audit
        .filter(({ eventId }) => !known.has(eventId))
        .map(({ eventId }) => `the audit trail tells of ${eventId}, which did not happen`),
      ...[...Map.groupBy(audit, ({ accountId }) => accountId)].flatMap(([accountId, chain]) => {
        const sequences = chain.map(({ sequence }) => sequence).sort((a, b) => a - b);
        return sequences.every((sequence, index) => sequence === index + 1)
          ? []
          : [`the chain of account ${accountId} has a gap`];
      }),
      ...(chains.isWhole ? [] : [`the chains do not verify: ${chains.output}`]),
    ];
  },
};

export const everyConsumerHasSeenAll: Check = {
  promise: "every event reached the inbox of each service that it is for",
  find({ events, recurringInbox, notificationInbox }) {
    const recurring = new Set(recurringInbox);
    const notification = new Set(notificationInbox);
    const missing = (inbox: Set<string>, list: typeof events, service: string) =>
      list.filter(({ id }) => !inbox.has(id)).map(({ id, type }) => `${service} has not seen ${type} ${id}`);
    const forNotification = new Set(["reminder.due.v1", "task.created.v1"]);
    return [
      ...missing(recurring, taskEvents(events), "recurring-task-service"),
      ...missing(
        notification,
        events.filter(({ type }) => forNotification.has(type)),
        "notification-service",
      ),
    ];
  },
};

export const feedIsExact: Check = {
  promise:
    "feed and stream give every event since their cursor once and leave out none, also to a client that follows through crashes",
  find({ events, laterEvents, feeds, record }) {
    return feeds.flatMap(({ accountId, how, eventIds, faults }) => {
      const email = record.accounts.find(({ id }) => id === accountId)?.email ?? accountId;
      const read = new Set(eventIds);
      const own = events.filter((event) => event.accountId === accountId);
      const all = new Set([...own.map(({ id }) => id), ...laterEvents]);
      const told = (what: string) => `feed of ${email}, ${how}: ${what}`;
      return [
        ...faults.map(told),
        ...repeated(eventIds, (id) => id).map(([id, same]) => told(`event ${id} came ${same.length} times`)),
        ...own
          .filter((event) => isSinceCursor(event) && !read.has(event.id))
          .map(({ id, type }) => told(`${type} ${id} was left out`)),
        ...[...read].filter((id) => !all.has(id)).map((id) => told(`event ${id} did not happen`)),
      ];
    });
  },
};

// Signing up comes before the cursor is taken, and it is all that the load has in the audit log.
export const isSinceCursor = ({ type }: Facts["events"][number]) => type !== "audit.recorded.v1";
