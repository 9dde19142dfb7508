import { doublesAreBounded, everyMailArrives, noMailOfNothing, oneNotification } from "../check/mails.ts";
import {
  ledgerAgrees,
  nextTakesOver,
  noOccurrenceTwice,
  oneNextOccurrence,
  oneOpenOccurrence,
} from "../check/occurrences.ts";
import { everyKillRecovers } from "../check/recovery.ts";
import { noReminderIsLost, noReminderOfCompleted, remindersFireOnce } from "../check/reminders.ts";
import { type Doctored, delivery, doubleMails, dropLate, event, known, mailOf, task, the, without } from "./doctor.ts";
import { fireAt, mailId, nextDue, start } from "./sound-facts.ts";

/** Occurrences, reminders and mails that are missing, wrong, early or too many. */
export const doctoredTimes: Doctored[] = [
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
    "an edit did not reach the next occurrence",
    nextTakesOver,
    /has the title "old"/,
    (facts) => (task(facts, "second").title = "old"),
  ],
  [
    "a change of one occurrence was handed on",
    nextTakesOver,
    /has the notes/,
    (facts) => Object.assign(task(facts, "first"), { exceptions: { notes: "before" } }),
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
    "a late mail was dropped although its reminder stood",
    everyMailArrives,
    /is superseded/,
    (facts) => dropLate(facts),
  ],
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
