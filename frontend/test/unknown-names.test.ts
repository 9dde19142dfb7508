import type { Label, Project, QuickAdded } from "@tend/contracts";
import { describe, expect, it } from "vitest";
import { unknownName } from "../lib/tasks/unknown-names";

const known = [{ name: "Work" }, { name: "phone" }] as (Project | Label)[];
const asked = (text: string, spans: QuickAdded["spans"] = []) =>
  unknownName(text, { text, answer: { spans } as QuickAdded }, known);

describe("names of the quick add that are not there yet", () => {
  it.each([
    ["Water the plants #Home !high", { kind: "project", name: "Home" }],
    ["Pay rent @bills", { kind: "label", name: "bills" }],
    ["Mail bob@example.com about invoice #1234", null],
    ["Still writing #Wo", null],
    ["https://example.com/#part", null],
    ["Nothing to see", null],
  ])("%s", (text, name) => expect(asked(text)).toEqual(name));

  it("leaves out what was understood, and a second project", () => {
    const spans: QuickAdded["spans"] = [{ kind: "project", start: 4, end: 9 }];
    expect(asked("Dig #Work #Garden", spans)).toBeNull();
    expect(asked("Dig #Work @spade", spans)).toEqual({ kind: "label", name: "spade" });
  });

  it("waits for the answer to the newest key", () => {
    const answer = { spans: [] as QuickAdded["spans"] } as QuickAdded;
    expect(unknownName("Dig #Garden", { text: "Dig #Garde", answer }, known)).toBeNull();
  });
});
