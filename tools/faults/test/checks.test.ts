import { describe, expect, it } from "vitest";
import {
  everyChangeIsAnEvent,
  historyIsComplete,
  noSurprises,
  nothingLost,
  nothingTwice,
} from "../check/acknowledged.ts";
import { checkAll, checks } from "../check/checks.ts";
import type { Check, Facts } from "../check/facts.ts";
import { doublesAreBounded, everyMailArrives, noMailOfNothing, oneNotification } from "../check/mails.ts";
import { ledgerAgrees, noOccurrenceTwice, oneNextOccurrence, oneOpenOccurrence } from "../check/occurrences.ts";
import {
  auditTrailIsExact,
  everyConsumerHasSeenAll,
  everythingIsPublished,
  feedIsExact,
  noDeadLetters,
  nothingIsStuck,
  orderIsKept,
} from "../check/pipeline.ts";
import { everyKillRecovers } from "../check/recovery.ts";
import { noReminderIsLost, noReminderOfCompleted, remindersFireOnce } from "../check/reminders.ts";
import { fireAt, mailId, nextDue, soundFacts, start } from "./sound-facts.ts";

/** The first that fits; a doctored world must have it. */
function the<T>(list: readonly T[], fits: (item: T) => boolean): T {
  const found = list.find(fits);
  if (!found) throw new Error("the sound facts have changed");
  return found;
}
const task = (facts: Facts, id: string) => the(facts.tasks, (one) => one.id === id);
const known = (facts: Facts, id: string) => the([...facts.record.tasks.values()], (one) => one.id === id);
const event = (facts: Facts, seq: number) => the(facts.events, (one) => one.seq === seq);
const without = <T>(list: T[], fits: (item: T) => boolean) =>
  list.splice(0, list.length, ...list.filter((item) => !fits(item)));
const mailOf = (facts: Facts) => the(facts.mails, () => true);
const delivery = (facts: Facts, id: string) =>
  the(the(facts.notifications, () => true).deliveries, (one) => one.id === id);

/** What is broken, who must notice, and a word of what it says. */
const doctored: [what: string, check: Check, says: RegExp, doctor: (facts: Facts) => unknown][] = [
  ["a client was refused", noSurprises, /404/, ({ record }) => record.surprises.push("complete was answered with 404")],
  ["a task is gone", nothingLost, /is gone/, (facts) => without(facts.tasks, ({ id }) => id === "reminded")],
  [
    "an edit is gone",
    nothingLost,
    /notes was acknowledged/,
    (facts) => (known(facts, "reminded").fields.notes = "edited"),
  ],
  [
    "a completion is gone",
    nothingLost,
    /status was acknowledged as "done"/,
    (facts) => (task(facts, "first").status = "open"),
  ],
  ["a due is gone", nothingLost, /due was acknowledged/, (facts) => (task(facts, "reminded").due = null)],
  [
    "another nextDue is stored than was answered",
    nothingLost,
    /nextDue/,
    (facts) => (task(facts, "first").nextDue = null),
  ],
  ["a reminder is gone", nothingLost, /reminders/, (facts) => (task(facts, "reminded").reminders = [])],
  ["a completion has no event", everyChangeIsAnEvent, /none/, (facts) => without(facts.events, ({ seq }) => seq === 4)],
  [
    "an event has another type",
    everyChangeIsAnEvent,
    /task.updated.v1/,
    (facts) => (event(facts, 4).type = "task.updated.v1"),
  ],
  ["a version is missing", historyIsComplete, /version 3/, (facts) => (task(facts, "first").version = 3)],
  ["a version comes twice", historyIsComplete, /1, 1/, (facts) => (event(facts, 4).version = 1)],
  [
    "a repeated request made a second task",
    nothingTwice,
    /never acknowledged/,
    (facts) => facts.tasks.push({ ...task(facts, "reminded"), id: "twin" }),
  ],
  [
    "a task was created twice",
    nothingTwice,
    /2 events/,
    (facts) => facts.events.push({ ...event(facts, 2), seq: 21, id: "again" }),
  ],
  [
    "the outbox is not empty",
    nothingIsStuck,
    /waits/,
    ({ outbox }) => outbox.push({ eventId: "x", parkedAt: null, error: null }),
  ],
  [
    "an event is parked",
    nothingIsStuck,
    /parked/,
    ({ outbox }) => outbox.push({ eventId: "x", parkedAt: "now", error: "400" }),
  ],
  [
    "a consumer lags",
    nothingIsStuck,
    /2 messages behind/,
    ({ lag }) => lag.push({ group: "a", topic: "t", behind: 2 }),
  ],
  [
    "a job is left",
    nothingIsStuck,
    /send-mail/,
    ({ jobs }) => jobs.push({ service: "n", task: "send-mail", attempts: 1, error: null }),
  ],
  [
    "there is a dead letter",
    noDeadLetters,
    /500/,
    ({ deadLetters }) => deadLetters.push({ topic: "t", group: "g", reason: "500", eventId: "x" }),
  ],
  [
    "an event was not published",
    everythingIsPublished,
    /not in the sidecar/,
    (facts) => without(facts.messages, ({ offset }) => offset === 4),
  ],
  [
    "an event was published that did not happen",
    everythingIsPublished,
    /not in the event log/,
    (facts) => without(facts.events, ({ seq }) => seq === 2),
  ],
  [
    "a task's events were published in another order",
    orderIsKept,
    /2, 1/,
    ({ messages }) => (the(messages, ({ offset }) => offset === 4).offset = 0),
  ],
  [
    "the trail lacks an event",
    auditTrailIsExact,
    /not in the audit trail/,
    ({ audit }) => without(audit, ({ sequence }) => sequence === 5),
  ],
  [
    "the trail has an event twice",
    auditTrailIsExact,
    /2 times/,
    ({ audit }) => audit.push({ ...the(audit, () => true), sequence: 6 }),
  ],
  [
    "the trail has a gap",
    auditTrailIsExact,
    /gap/,
    ({ audit }) => (the(audit, ({ sequence }) => sequence === 5).sequence = 7),
  ],
  [
    "a chain does not verify",
    auditTrailIsExact,
    /broken at 3/,
    (facts) => (facts.chains = { isWhole: false, output: "broken at 3" }),
  ],
  [
    "a service did not see an event",
    everyConsumerHasSeenAll,
    /recurring/,
    ({ recurringInbox }) => recurringInbox.pop(),
  ],
  [
    "a service did not see a reminder",
    everyConsumerHasSeenAll,
    /notification/,
    ({ notificationInbox }) => notificationInbox.pop(),
  ],
  ["the feed left an event out", feedIsExact, /left out/, ({ feeds }) => feeds[0]?.eventIds.splice(1, 1)],
  ["the feed gave an event twice", feedIsExact, /2 times/, ({ feeds }) => feeds[0]?.eventIds.push("event 2")],
  ["a cursor was refused", feedIsExact, /410/, ({ feeds }) => feeds[0]?.faults.push("410")],
  [
    "no next occurrence came",
    oneNextOccurrence,
    /0 next occurrences/,
    (facts) => without(facts.tasks, ({ id }) => id === "second"),
  ],
  [
    "the next occurrence is of another day",
    oneNextOccurrence,
    /promised/,
    (facts) => (task(facts, "second").occurrence = { ...nextDue, date: "2026-11-23" }),
  ],
  [
    "an occurrence came after the last one",
    oneNextOccurrence,
    /nextDue null/,
    (facts) => (task(facts, "first").nextDue = null),
  ],
  [
    "reopening left the next occurrence",
    oneNextOccurrence,
    /still there/,
    (facts) => (task(facts, "first").status = "open"),
  ],
  [
    "an occurrence was made twice",
    noOccurrenceTwice,
    /exists 2 times/,
    (facts) => facts.tasks.push({ ...task(facts, "second"), id: "twin", predecessorId: "other" }),
  ],
  [
    "two occurrences follow one",
    noOccurrenceTwice,
    /2 next occurrences/,
    (facts) => facts.tasks.push({ ...task(facts, "second"), id: "twin", occurrenceNumber: 3 }),
  ],
  [
    "two occurrences are open",
    oneOpenOccurrence,
    /2 open/,
    (facts) => facts.tasks.push({ ...task(facts, "second"), id: "twin", occurrenceNumber: 3, predecessorId: "other" }),
  ],
  [
    "the ledger missed a completion",
    ledgerAgrees,
    /as open/,
    ({ ledger }) =>
      Object.assign(
        the(ledger, () => true),
        { state: "open", version: 1 },
      ),
  ],
  ["the ledger lacks an occurrence", ledgerAgrees, /does not know/, ({ ledger }) => ledger.pop()],
  ["a reminder fired early", remindersFireOnce, /early/, (facts) => (event(facts, 20).at = fireAt - 5)],
  [
    "a reminder fired twice",
    remindersFireOnce,
    /2 times/,
    (facts) => facts.events.push({ ...event(facts, 20), seq: 21, id: "again" }),
  ],
  [
    "a reminder fired that was never set",
    remindersFireOnce,
    /never set/,
    ({ messages }) => (the(messages, ({ offset }) => offset === 2).task = null),
  ],
  [
    "a reminder did not fire",
    noReminderIsLost,
    /never fired/,
    (facts) => without(facts.events, ({ seq }) => seq === 20),
  ],
  [
    "a completed task reminded",
    noReminderOfCompleted,
    /still fired/,
    (facts) =>
      known(facts, "reminded").acknowledged.push({
        type: "task.completed.v1",
        version: 2,
        sentAt: start + 15_000,
        answeredAt: start + 15_010,
        attempts: 1,
      }),
  ],
  [
    "a reminder has no notification",
    oneNotification,
    /no notification/,
    (facts) => without(facts.notifications, () => true),
  ],
  [
    "a reminder has two notifications",
    oneNotification,
    /2 notifications/,
    ({ notifications }) => notifications.push({ ...the(notifications, () => true), id: "twin" }),
  ],
  [
    "a notification has no mail",
    oneNotification,
    /deliveries/,
    ({ notifications }) => the(notifications, () => true).deliveries.pop(),
  ],
  ["a mail never arrived", everyMailArrives, /never arrived/, ({ mails }) => mails.pop()],
  ["a mail came early", everyMailArrives, /early/, (facts) => (mailOf(facts).receivedAt = fireAt - 1)],
  ["a mail went to somebody else", everyMailArrives, /instead of/, (facts) => (mailOf(facts).to = "eve@example.com")],
  ["a mail was given up", everyMailArrives, /is failed/, (facts) => (delivery(facts, mailId).status = "failed")],
  [
    "a mail came of nothing",
    noMailOfNothing,
    /no notification/,
    (facts) => (mailOf(facts).messageId = "other@faults.example"),
  ],
  [
    "a mail came twice without a crash",
    doublesAreBounded,
    /no crash explains/,
    (facts) => facts.mails.push({ ...mailOf(facts), receivedAt: fireAt + 3_000 }),
  ],
  [
    "a crash doubled more mails than may be in flight",
    doublesAreBounded,
    /doubled 11/,
    (facts) => doubleMails(facts, 11),
  ],
  [
    "something stayed down",
    everyKillRecovers,
    /did not come back/,
    ({ kills }) => kills.push({ target: "sidecar", at: start, recoveredAt: null }),
  ],
];

/** In flight at the crash, 30 s after the start, and sent again after it. */
function doubleMails({ mails }: Facts, count: number) {
  for (let number = 0; number < count; number++) {
    const mail = { messageId: `double ${number}`, to: "", subject: "" };
    mails.push({ ...mail, receivedAt: start + 29_990 }, { ...mail, receivedAt: start + 31_500 });
  }
}

describe("the checker", () => {
  it("finds nothing in a sound world", () => {
    expect(checkAll(soundFacts()).filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  it.each(doctored)("notices that %s", (_what, { find }, says, doctor) => {
    const facts = soundFacts();
    doctor(facts);
    expect(find(facts).join("\n")).toMatch(says);
  });

  it("has no check that is not shown to fail", () => {
    expect(
      checks.filter((check) => !doctored.some(([, shown]) => shown === check)).map(({ promise }) => promise),
    ).toEqual([]);
  });

  it("allows as many doubled mails as were in flight at a crash", () => {
    const facts = soundFacts();
    doubleMails(facts, 10);
    expect(doublesAreBounded.find(facts)).toEqual([]);
  });

  it("excuses a reminder that was taken back during an outage, and no other", () => {
    const facts = soundFacts();
    without(facts.events, ({ seq }) => seq === 20);
    const closed = { version: 2, status: "done", dueAt: fireAt + 100_000, reminders: [{ before: "PT100S" }] };
    facts.events.push({
      ...event(facts, 2),
      seq: 26,
      id: "event 26",
      type: "task.completed.v1",
      version: 2,
      at: start + 26_000,
    });
    facts.messages.push({
      ...the(facts.messages, ({ offset }) => offset === 2),
      offset: 26,
      eventId: "event 26",
      task: closed,
    });
    expect(noReminderIsLost.find(facts)).toHaveLength(1);
    facts.kills.push({ target: "postgres", at: start + 19_000, recoveredAt: start + 25_500 });
    expect(noReminderIsLost.find(facts)).toEqual([]);
  });
});
