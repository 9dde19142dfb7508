import type { Check, Facts } from "../check/facts.ts";
import { start } from "./sound-facts.ts";

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
