import type { Check, Facts } from "../check/facts.ts";
import { fireAt, mailId, start } from "./sound-facts.ts";

/** What is broken, who must notice, and a word of what it says. */
export type Doctored = [what: string, check: Check, says: RegExp, doctor: (facts: Facts) => unknown];

/** The first that fits; a doctored world must have it. */
export function the<T>(list: readonly T[], fits: (item: T) => boolean): T {
  const found = list.find(fits);
  if (!found) throw new Error("the sound facts have changed");
  return found;
}
export const task = (facts: Facts, id: string) => the(facts.tasks, (one) => one.id === id);
export const known = (facts: Facts, id: string) => the([...facts.record.tasks.values()], (one) => one.id === id);
export const event = (facts: Facts, seq: number) => the(facts.events, (one) => one.seq === seq);
export const without = <T>(list: T[], fits: (item: T) => boolean) =>
  list.splice(0, list.length, ...list.filter((item) => !fits(item)));
export const mailOf = (facts: Facts) => the(facts.mails, () => true);
export const delivery = (facts: Facts, id: string) =>
  the(the(facts.notifications, () => true).deliveries, (one) => one.id === id);

/** In flight at the crash, 30 s after the start, and sent again after it. */
export function doubleMails({ mails }: Facts, count: number) {
  for (let number = 0; number < count; number++) {
    const mail = { messageId: `double ${number}`, to: "", subject: "" };
    mails.push({ ...mail, receivedAt: start + 29_990 }, { ...mail, receivedAt: start + 31_500 });
  }
}

/** As if the notification service had come to the mail too late to be of use. */
export function dropLate(facts: Facts) {
  facts.readAt = fireAt + 120_000;
  facts.mails.splice(0);
  Object.assign(delivery(facts, mailId), { status: "superseded", sentAt: null });
}

/** The task whose reminder fired is completed, six seconds after that moment. */
export function completeReminded(facts: Facts) {
  const completion = { seq: 26, id: "event 26", type: "task.completed.v1", version: 2, at: start + 26_000 };
  facts.events.push({ ...event(facts, 2), ...completion });
  facts.messages.push({
    ...the(facts.messages, ({ offset }) => offset === 2),
    offset: 26,
    eventId: "event 26",
    task: { version: 2, status: "done", dueAt: fireAt + 100_000, reminders: [{ before: "PT100S" }] },
  });
}
