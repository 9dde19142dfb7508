import { type Kill, roleOf } from "../kill-part.ts";
import type { Mail } from "../mail-sink.ts";
import { armedMoments } from "./armed-moments.ts";
import { type Check, type Facts, type NotificationFact, repeated } from "./facts.ts";

/** Mails in flight at once of each replica, as the notification service promises: as many may come twice when it, its database or all is killed. */
export const mailsInFlight = 10;
/** Milliseconds that a mail may take between reaching the server and being marked as sent. */
const flight = 3_000;

const keyOf = (reminderId: string, fireAt: number) => `${reminderId} ${new Date(fireAt).toISOString()}`;
const emailOf = ({ deliveries }: NotificationFact) => deliveries.filter(({ channel }) => channel === "email");

export const oneNotification: Check = {
  promise: "each reminder that fired has exactly one notification, in the app and by mail",
  find({ events, notifications }) {
    const fired = events.flatMap(({ reminder }) => (reminder ? [keyOf(reminder.id, reminder.fireAt)] : []));
    const made = Map.groupBy(notifications, ({ reminderId, fireAt }) => keyOf(reminderId, fireAt));
    const wrong = notifications.filter(
      ({ deliveries }) =>
        deliveries
          .map(({ channel }) => channel)
          .sort()
          .join() !== "email,in-app",
    );
    return [
      ...[...new Set(fired)]
        .filter((key) => !made.has(key))
        .map((key) => `reminder ${key} fired and has no notification`),
      ...repeated(notifications, ({ reminderId, fireAt }) => keyOf(reminderId, fireAt)).map(
        ([key, same]) => `reminder ${key} has ${same.length} notifications`,
      ),
      ...[...made.keys()]
        .filter((key) => !fired.includes(key))
        .map((key) => `reminder ${key} has a notification and never fired`),
      ...wrong.map(({ id, deliveries }) => `notification ${id} has the deliveries ${JSON.stringify(deliveries)}`),
    ];
  },
};

export const everyMailArrives: Check = {
  promise: "each notification's mail reached its account, not before its moment, and says so in its receipt",
  find(facts) {
    const arrived = Map.groupBy(facts.mails, ({ messageId }) => messageId);
    const takenBack = new Set(
      armedMoments(facts).flatMap(({ taskId, fireAt, until }) => (until === null ? [] : [`${taskId} ${fireAt}`])),
    );
    return facts.notifications.flatMap((notification) => [
      ...notification.deliveries.flatMap((delivery) => judgeReceipt(notification, delivery, facts, takenBack)),
      ...emailOf(notification).flatMap(({ id, status }) => {
        const mails = arrived.get(`${id}@${facts.mailDomain}`) ?? [];
        if (mails.length === 0)
          return status === "superseded"
            ? []
            : [`the mail ${id} of reminder ${notification.reminderId} (${status}) never arrived`];
        return mails.flatMap((mail) => judgeMail(mail, notification, facts));
      }),
    ]);
  },
};

function judgeReceipt(
  { fireAt, taskId }: NotificationFact,
  delivery: NotificationFact["deliveries"][number],
  { readAt }: Facts,
  takenBack: Set<string>,
): string[] {
  const { id, channel, status, sentAt, error } = delivery;
  if (status === "sent")
    return sentAt === null || sentAt < fireAt
      ? [`delivery ${id} (${channel}) was sent at ${sentAt}, before its moment`]
      : [];
  // More than a minute late, a reminder that does not apply any more is dropped on purpose.
  const isDropped = status === "superseded" && readAt > fireAt + 60_000 && takenBack.has(`${taskId} ${fireAt}`);
  return isDropped
    ? []
    : [`delivery ${id} (${channel}) of a reminder of task ${taskId} is ${status}: ${error ?? "no error"}`];
}

function judgeMail(mail: Mail, { fireAt, accountId }: NotificationFact, { record }: Facts): string[] {
  const email = record.accounts.find(({ id }) => id === accountId)?.email;
  const faults: string[] = [];
  if (mail.receivedAt < fireAt) faults.push(`came ${fireAt - mail.receivedAt} ms early`);
  if (mail.to !== email) faults.push(`went to ${mail.to} instead of ${email}`);
  return faults.map((fault) => `the mail ${mail.messageId} ("${mail.subject}") ${fault}`);
}

export const noMailOfNothing: Check = {
  promise: "no mail comes without a notification",
  find({ notifications, mails, mailDomain, readAt }) {
    const known = new Set(notifications.flatMap(emailOf).map(({ id }) => `${id}@${mailDomain}`));
    return mails
      .filter(({ messageId, receivedAt }) => receivedAt <= readAt && !known.has(messageId))
      .map(({ messageId, subject }) => `the mail ${messageId} ("${subject}") belongs to no notification`);
  },
};

export type Double = { messageId: string; kill: Kill | null };

/** The crash that each repeated mail comes from: it was in flight when the service, its database or all was killed. */
export function doublesOf({ mails, kills }: Pick<Facts, "mails" | "kills">): Double[] {
  const able = kills.filter((kill) =>
    ["notification-service", "postgres", "postgres backend", "launcher"].includes(roleOf(kill)),
  );
  return repeated(mails, ({ messageId }) => messageId).flatMap(([messageId, same]) => {
    const times = same.map(({ receivedAt }) => receivedAt).sort((a, b) => a - b);
    return times.slice(1).map((again, index) => {
      const first = times[index] ?? again;
      const kill = able.find(
        ({ at, recoveredAt }) => at - flight <= first && first <= (recoveredAt ?? again) + flight && at <= again,
      );
      return { messageId, kill: kill ?? null };
    });
  });
}

const replicasIn = (kill: Kill | null, { replicas }: Facts) =>
  kill && roleOf(kill) === "notification-service" ? 1 : replicas;

export const doublesAreBounded: Check = {
  promise: `a mail comes twice only if a crash found it in flight: at most ${mailsInFlight} for each crash and replica`,
  find(facts) {
    const doubles = doublesOf(facts);
    const byKill = Map.groupBy(
      doubles.filter(({ kill }) => kill !== null),
      ({ kill }) => kill,
    );
    return [
      ...doubles
        .filter(({ kill }) => kill === null)
        .map(({ messageId }) => `the mail ${messageId} came again and no crash explains it`),
      ...[...byKill]
        .filter(([kill, list]) => list.length > mailsInFlight * replicasIn(kill, facts))
        .map(([kill, list]) => `killing ${kill?.target} doubled ${list.length} mails`),
    ];
  },
};
