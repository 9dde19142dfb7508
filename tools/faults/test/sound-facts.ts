import type { EventFact, Facts, MessageFact, NotificationFact, TaskFact } from "../check/facts.ts";
import type { Acknowledged, KnownTask } from "../load/record.ts";

export const start = Date.parse("2026-11-21T10:00:00.000Z");
export const account = { id: "account", email: "ada@example.com", token: "", timeZone: "UTC" };
export const due = { date: "2026-11-21", time: "10:02", timeZone: "UTC" };
export const nextDue = { date: "2026-11-22", time: "10:02", timeZone: "UTC" };
export const reminder = { id: "spec", before: "PT100S" };
/** 20 s after the start. */
export const fireAt = Date.parse("2026-11-21T10:02:00.000Z") - 100_000;
export const mailId = "mail";

const task = (id: string, over: Partial<TaskFact> = {}): TaskFact => ({
  id,
  accountId: account.id,
  seriesId: null,
  predecessorId: null,
  title: id,
  notes: "",
  priority: "none",
  status: "open",
  due: null,
  reminders: [],
  occurrence: null,
  occurrenceNumber: null,
  nextDue: null,
  exceptions: {},
  isUntouched: true,
  version: 1,
  ...over,
});

const event = (
  seq: number,
  type: string,
  taskId: string | null,
  version: number,
  over: Partial<EventFact> = {},
): EventFact => ({
  seq,
  id: `event ${seq}`,
  type,
  accountId: account.id,
  taskId,
  version,
  at: start + seq * 1_000,
  reminder: null,
  ...over,
});

const message = (of: EventFact, snapshot: MessageFact["task"]): MessageFact => ({
  topic: of.type === "reminder.due.v1" ? "reminders" : of.type === "audit.recorded.v1" ? "audit-logs" : "task-events",
  partition: 1,
  offset: of.seq,
  eventId: of.id,
  type: of.type,
  taskId: of.taskId,
  task: snapshot,
  fireAt: null,
});

const known = (of: TaskFact, acknowledged: [Acknowledged["type"], number, number][]): KnownTask => {
  const { id, accountId, seriesId, occurrenceNumber, title, notes, priority, status, reminders } = of;
  return {
    id,
    accountId,
    seriesId,
    occurrenceNumber,
    isCreated: of.predecessorId === null,
    isWithdrawn: false,
    isTouched: true,
    fields: { title, notes, priority, status, due: of.due, reminders },
    acknowledged: acknowledged.map(([type, version, seq]) => ({
      type,
      version,
      sentAt: start + seq * 1_000 - 10,
      answeredAt: start + seq * 1_000 + 10,
      attempts: 1,
      ...(type === "task.completed.v1" ? { nextDue: of.nextDue } : {}),
    })),
  };
};

/** One account: a task whose reminder fired, and a daily one that was completed, so that its next occurrence came. */
export function soundFacts(): Facts {
  const reminded = task("reminded", { due, reminders: [reminder] });
  const series = { seriesId: "series", due, occurrence: due, occurrenceNumber: 1 };
  const first = task("first", { ...series, status: "done", nextDue, version: 2, isUntouched: false });
  const second = task("second", {
    ...series,
    due: nextDue,
    occurrence: nextDue,
    occurrenceNumber: 2,
    predecessorId: "first",
    title: "first",
  });
  const tasks = [reminded, first, second];
  const events = [
    event(1, "audit.recorded.v1", null, 1),
    event(2, "task.created.v1", "reminded", 1),
    event(3, "task.created.v1", "first", 1),
    event(4, "task.completed.v1", "first", 2),
    event(5, "task.created.v1", "second", 1),
    event(20, "reminder.due.v1", "reminded", 1, { reminder: { id: "row", fireAt } }),
  ];
  const dueAt = fireAt + 100_000;
  const open = (reminders: { before: string }[]) => ({ version: 1, status: "open", dueAt, reminders });
  const snapshots = [null, open([reminder]), open([]), { ...open([]), version: 2, status: "done" }, open([]), null];
  const notification: NotificationFact = {
    id: "notification",
    accountId: account.id,
    reminderId: "row",
    taskId: "reminded",
    fireAt,
    isShown: true,
    deliveries: [
      { id: "inside", channel: "in-app", status: "sent", attempts: 1, sentAt: fireAt + 40, error: null },
      { id: mailId, channel: "email", status: "sent", attempts: 1, sentAt: fireAt + 60, error: null },
    ],
  };
  const audited = events.slice(0, 5);
  const ofTasks = events.slice(1, 5).map(({ id }) => id);
  return {
    readAt: start + 60_000,
    record: {
      accounts: [account],
      tasks: new Map(
        [
          known(reminded, [["task.created.v1", 1, 2]]),
          known(first, [
            ["task.created.v1", 1, 3],
            ["task.completed.v1", 2, 4],
          ]),
          known(second, []),
        ].map((one) => [one.id, one]),
      ),
      surprises: [],
      doubled: 0,
    },
    feeds: [{ accountId: account.id, how: "while it ran", eventIds: events.slice(1).map(({ id }) => id), faults: [] }],
    mails: [
      {
        messageId: `${mailId}@faults.example`,
        to: account.email,
        subject: "Reminder: reminded",
        receivedAt: fireAt + 50,
      },
    ],
    kills: [{ target: "notification-service", at: start + 30_000, recoveredAt: start + 31_000 }],
    replicas: 1,
    mailDomain: "faults.example",
    tasks,
    events,
    laterEvents: [],
    outbox: [],
    messages: events.map((one, index) => message(one, snapshots[index] ?? null)),
    deadLetters: [],
    lag: [{ group: "audit-service", topic: "task-events", behind: 0 }],
    audit: audited.map(({ id, version, taskId }, index) => ({
      eventId: id,
      accountId: account.id,
      sequence: index + 1,
      subject: taskId,
      version,
    })),
    chains: { isWhole: true, output: "" },
    recurringInbox: ofTasks,
    ledger: [first, second].map(({ id, status, version }) => ({
      seriesId: "series",
      taskId: id,
      state: status,
      version,
    })),
    notificationInbox: events.slice(1).map(({ id }) => id),
    notifications: [notification],
    jobs: [],
  };
}
