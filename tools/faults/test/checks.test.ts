import { describe, expect, it } from "vitest";
import { checkAll, checks } from "../check/checks.ts";
import { doublesAreBounded } from "../check/mails.ts";
import { noReminderIsLost } from "../check/reminders.ts";
import { doubleMails, event, the, without } from "./doctor.ts";
import { doctoredChanges } from "./doctored-changes.ts";
import { doctoredTimes } from "./doctored-times.ts";
import { fireAt, soundFacts, start } from "./sound-facts.ts";

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
