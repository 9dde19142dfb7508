import { everyChangeIsAnEvent, historyIsComplete, noSurprises, nothingLost, nothingTwice } from "./acknowledged.ts";
import type { Check, Facts } from "./facts.ts";
import { doublesAreBounded, everyMailArrives, noMailOfNothing, oneNotification } from "./mails.ts";
import { ledgerAgrees, nextTakesOver, noOccurrenceTwice, oneNextOccurrence, oneOpenOccurrence } from "./occurrences.ts";
import {
  auditTrailIsExact,
  everyConsumerHasSeenAll,
  everythingIsPublished,
  feedIsExact,
  noDeadLetters,
  nothingIsStuck,
  orderIsKept,
} from "./pipeline.ts";
import { everyKillRecovers } from "./recovery.ts";
import { noReminderIsLost, noReminderOfCompleted, remindersFireOnce } from "./reminders.ts";

export const checks: readonly Check[] = [
  noSurprises,
  nothingLost,
  everyChangeIsAnEvent,
  historyIsComplete,
  nothingTwice,
  nothingIsStuck,
  noDeadLetters,
  everythingIsPublished,
  orderIsKept,
  auditTrailIsExact,
  everyConsumerHasSeenAll,
  feedIsExact,
  oneNextOccurrence,
  nextTakesOver,
  noOccurrenceTwice,
  oneOpenOccurrence,
  ledgerAgrees,
  remindersFireOnce,
  noReminderIsLost,
  noReminderOfCompleted,
  oneNotification,
  everyMailArrives,
  noMailOfNothing,
  doublesAreBounded,
  everyKillRecovers,
];

export type Finding = { promise: string; faults: string[] };

export const checkAll = (facts: Facts): Finding[] =>
  checks.map(({ promise, find }) => ({ promise, faults: find(facts) }));
