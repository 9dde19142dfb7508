import { isDeepStrictEqual } from "node:util";
import type { Changes, Due, PatchScope, TaskPatch } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { nextDueOf } from "../series/next-occurrence.ts";
import { checkRecurrence } from "./check-recurrence.ts";
import { deriveDue, reminderMoments, withIds } from "./derive.ts";
import { invalid, notLatest } from "./task-problems.ts";
import { priorities, type SeriesRow, type TaskRow, type TemplateColumn, templateColumns } from "./task-row.ts";
import { type CurrentTask, type Database, findSuccessor, type TaskChange, type Writer } from "./tasks.repository.ts";

type Fields = Pick<
  TaskRow,
  "title" | "notes" | "project_id" | "priority" | "label_ids" | "due" | "deadline" | "recurrence" | "reminders"
>;

/** What the patch makes of the task; null when it changes nothing. */
export async function editOf(
  db: Database,
  current: CurrentTask,
  patch: TaskPatch,
  scope: PatchScope,
  writer: Writer,
): Promise<TaskChange | null> {
  const { task } = current;
  const next = { ...fieldsOf(task), ...wanted(patch, task) };
  const changes = differences(task, next);
  if (Object.keys(changes).length === 0) return null;
  if (next.recurrence && !next.due)
    throw invalid(patch.due === null ? "due" : "recurrence", "a task that repeats needs a due");
  const rhythm = await editRhythm(db, current, next, changes, scope, writer);
  const derived = "due" in changes ? deriveDue(next.due, writer) : {};
  const set = { ...next, ...derived, ...rhythm.set, exceptions: exceptionsOf(task, next, scope, rhythm.isRecurring) };
  const isTimed = "due" in changes || "reminders" in changes;
  return {
    type: "task.updated.v1",
    changes,
    set,
    series: rhythm.series,
    moments: isTimed ? reminderMoments({ ...task, due: next.due, reminders: next.reminders }, writer) : null,
    scope,
  };
}

const fieldsOf = (task: TaskRow): Fields => {
  const { title, notes, project_id, priority, label_ids, due, deadline, recurrence, reminders } = task;
  return { title, notes, project_id, priority, label_ids, due, deadline, recurrence, reminders };
};

function wanted(patch: TaskPatch, task: TaskRow): Partial<Fields> {
  const fields: Partial<Fields> = {};
  if (patch.title !== undefined) fields.title = patch.title;
  if (patch.notes !== undefined) fields.notes = patch.notes;
  if (patch.projectId !== undefined) fields.project_id = patch.projectId;
  if (patch.priority !== undefined) fields.priority = priorities.indexOf(patch.priority);
  if (patch.labelIds !== undefined) fields.label_ids = patch.labelIds;
  if (patch.due !== undefined) fields.due = patch.due;
  if (patch.deadline !== undefined) fields.deadline = patch.deadline;
  if (patch.recurrence !== undefined) fields.recurrence = patch.recurrence && checkRecurrence(patch.recurrence);
  if (patch.reminders !== undefined) fields.reminders = withIds(patch.reminders, task.reminders, uuidv7);
  return fields;
}

const publicNames: Record<keyof Fields, string> = {
  title: "title",
  notes: "notes",
  project_id: "projectId",
  priority: "priority",
  label_ids: "labelIds",
  due: "due",
  deadline: "deadline",
  recurrence: "recurrence",
  reminders: "reminders",
};

function differences(task: TaskRow, next: Fields): Changes {
  const changes: Changes = {};
  for (const column of Object.keys(publicNames) as (keyof Fields)[]) {
    if (isDeepStrictEqual(task[column], next[column])) continue;
    const shown = (value: unknown) => (column === "priority" ? priorities[value as number] : value);
    changes[publicNames[column]] = { from: shown(task[column]), to: shown(next[column]) };
  }
  return changes;
}

type Rhythm = { series: Omit<SeriesRow, "version"> | null; set: Partial<TaskRow>; isRecurring: boolean };

/** What becomes of the series. A due moved by `this` leaves the rule alone; by `later` it is the rule's new anchor. */
async function editRhythm(
  db: Database,
  current: CurrentTask,
  next: Fields,
  changes: Changes,
  scope: PatchScope,
  writer: Writer,
): Promise<Rhythm> {
  const { task, series } = current;
  const isAlive = series?.is_alive === true && task.occurrence !== null;
  if (!isAlive)
    return next.recurrence && next.due && "recurrence" in changes
      ? newSeries(next.due, next)
      : { series: null, set: {}, isRecurring: false };
  const isRuleChanged = "recurrence" in changes;
  const isReanchored = "due" in changes && scope !== "this";
  if (!isRuleChanged && !isReanchored) return { series: null, set: {}, isRecurring: true };
  if (await findSuccessor(db, task.id)) throw notLatest();
  if (!next.recurrence || !next.due)
    return { series: { ...series, is_alive: false }, set: { next_due: null }, isRecurring: false };
  const anchor: Due = next.due;
  const anchored = { ...series, recurrence: next.recurrence, anchor, anchor_number: task.occurrence_number ?? 1 };
  const moved = { ...task, due: anchor, occurrence: anchor };
  const next_due = task.completed_at ? nextDueOf(moved, anchored, task.completed_at, writer.timeZone) : null;
  return { series: anchored, set: { occurrence: anchor, next_due }, isRecurring: true };
}

function newSeries(due: Due, { recurrence }: Fields): Rhythm {
  const id = uuidv7();
  const series = {
    id,
    recurrence: recurrence as NonNullable<Fields["recurrence"]>,
    anchor: due,
    anchor_number: 1,
    is_alive: true,
  };
  return { series, set: { series_id: id, occurrence: due, occurrence_number: 1 }, isRecurring: true };
}

/** `this` remembers what the next occurrence takes instead; a wider change forgets it. */
function exceptionsOf(task: TaskRow, next: Fields, scope: PatchScope, isRecurring: boolean): TaskRow["exceptions"] {
  if (!isRecurring) return {};
  const exceptions = { ...task.exceptions } as Record<TemplateColumn, unknown>;
  for (const column of templateColumns) {
    if (isDeepStrictEqual(task[column], next[column])) continue;
    if (scope !== "this") delete exceptions[column];
    else if (!(column in exceptions)) exceptions[column] = task[column];
  }
  return exceptions as TaskRow["exceptions"];
}
