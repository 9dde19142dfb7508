import type { Task } from "@tend/contracts";
import { describe, expect, it } from "vitest";
import { withLingering } from "../lib/tasks/lingering";
import { overdueList, projectList, searchList, todayList } from "../lib/tasks/list-filter";
import { marked } from "../lib/tasks/marked";
import { drafted, patched } from "../lib/tasks/optimistic";
import { place, remove, type TaskPages, tasksOf } from "../lib/tasks/pages";

const zone = "Europe/Berlin";
const task = (id: string, fields: Partial<Task> = {}): Task => ({
  ...drafted(id, { title: id }, "inbox", zone),
  version: 1,
  ...fields,
});
const pages = (items: Task[], nextCursor: string | null = null): TaskPages => ({
  pages: [{ items, nextCursor }],
  pageParams: [null],
});
const ids = (data: TaskPages) => tasksOf(data).map((item) => item.id);
const inbox = projectList("inbox");

describe("a task in the lists as loaded so far", () => {
  const data = pages([task("a", { position: "h1" }), task("c", { position: "h3" })]);

  it("goes where the list's order puts it", () =>
    expect(ids(place(data, inbox, task("b", { position: "h2" })))).toEqual(["a", "b", "c"]));

  it("leaves when it is done or moved to another project", () => {
    expect(ids(place(data, inbox, task("a", { status: "done" })))).toEqual(["c"]);
    expect(ids(place(data, inbox, task("a", { projectId: "home" })))).toEqual(["c"]);
  });

  it("waits for its page when it comes after what is loaded", () => {
    const partial = pages(tasksOf(data), "more");
    expect(place(partial, inbox, task("z", { position: "h9" }))).toBe(partial);
  });

  it("is not put back by an older version", () => {
    const newer = pages([task("a", { version: 3, title: "new" })]);
    expect(place(newer, inbox, task("a", { version: 2, title: "old" }))).toBe(newer);
  });

  it("is taken out by its id, and nothing else changes", () => {
    expect(ids(remove(data, "a"))).toEqual(["c"]);
    expect(remove(data, "unknown")).toBe(data);
  });

  it("belongs to a day by the list's zone, the timed ones first", () => {
    const today = todayList("2026-11-21", zone);
    const late = task("late", { due: { date: "2026-11-20", time: "20:00", timeZone: "America/New_York" } });
    const allDay = task("allDay", { due: { date: "2026-11-21", time: null, timeZone: null } });
    const timed = task("timed", { due: { date: "2026-11-21", time: "22:00", timeZone: null } });
    let list = pages([]);
    for (const item of [allDay, timed, late]) list = place(list, today, item);
    expect(ids(list)).toEqual(["late", "timed", "allDay"]);
    expect(ids(place(pages([]), overdueList("2026-11-21", zone), late))).toEqual([]);
  });

  it("is kept by a search that found it, and not added to one that did not", () => {
    const found = searchList("a");
    expect(ids(place(pages([task("a")]), found, task("a", { title: "other", version: 2 })))).toEqual(["a"]);
    expect(ids(place(pages([]), found, task("b")))).toEqual([]);
  });
});

it("a completed row stays in its place for a moment", () => {
  const list = JSON.stringify(inbox);
  const done = task("b", { status: "done" });
  const lingering = new Map([["b", { task: done, places: [{ list, before: "c" }] }]]);
  const shown = withLingering([task("a"), task("c")], list, lingering);
  expect(shown.map((item) => item.id)).toEqual(["a", "b", "c"]);
});

it("a moved due has its instant at once", () => {
  const moved = patched(task("a"), { due: { date: "2026-03-29", time: "09:00", timeZone: null } }, zone);
  expect(moved.dueAt).toBe("2026-03-29T07:00:00.000Z");
});

describe("what was understood of a line", () => {
  const understood = {
    text: "Pay rent tomorrow #Home",
    answer: {
      task: null,
      draft: { title: "Pay rent" },
      spans: [
        { start: 9, end: 17, kind: "due" as const },
        { start: 18, end: 23, kind: "project" as const },
      ],
    },
  };
  const washed = (text: string) => marked(text, understood).flatMap((part) => (part.isUnderstood ? part.text : []));

  it("is washed, and the parts make up the line", () => {
    expect(washed(understood.text)).toEqual(["tomorrow", "#Home"]);
    expect(
      marked(understood.text, understood)
        .map((part) => part.text)
        .join(""),
    ).toBe(understood.text);
  });

  it("stays washed where nothing has changed while one types on", () => {
    expect(washed("Pay rent tomorrow #Ho")).toEqual(["tomorrow"]);
    expect(washed("Pay the rent tomorrow")).toEqual([]);
  });
});
