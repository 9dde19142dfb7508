import { describe, expect, it } from "vitest";
import { checkAll, checks } from "../check/checks.ts";
import { doublesAreBounded, everyMailArrives } from "../check/mails.ts";
import { oneNextOccurrence } from "../check/occurrences.ts";
import { noReminderIsLost } from "../check/reminders.ts";
import { completeReminded, doubleMails, dropLate, event, task, without } from "./doctor.ts";
import { doctoredChanges } from "./doctored-changes.ts";
import { doctoredTimes } from "./doctored-times.ts";
import { soundFacts, start } from "./sound-facts.ts";

const doctored = [...doctoredChanges, ...doctoredTimes];

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

  it("allows a late mail to be dropped when its reminder was taken back meanwhile", () => {
    const facts = soundFacts();
    dropLate(facts);
    completeReminded(facts);
    expect(everyMailArrives.find(facts)).toEqual([]);
  });

  it("holds a next occurrence to the promise of one closing, not to that of a later one", () => {
    const facts = soundFacts();
    task(facts, "first").nextDue = { date: "2026-12-31", time: "10:00", timeZone: null };
    expect(oneNextOccurrence.find(facts)).toHaveLength(1);
    facts.events.push({ ...event(facts, 4), seq: 26, id: "event 26", type: "task.deleted.v1", version: 4 });
    expect(oneNextOccurrence.find(facts)).toEqual([]);
  });

  it("excuses a reminder that was taken back during an outage, and no other", () => {
    const facts = soundFacts();
    without(facts.events, ({ seq }) => seq === 20);
    completeReminded(facts);
    expect(noReminderIsLost.find(facts)).toHaveLength(1);
    facts.kills.push({ target: "postgres", at: start + 19_000, recoveredAt: start + 25_500 });
    expect(noReminderIsLost.find(facts)).toEqual([]);
  });
});
