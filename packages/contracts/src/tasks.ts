import { z } from "zod";
import {
  CalendarDate,
  ClientId,
  Cursor,
  Due,
  Duration,
  Id,
  Instant,
  Limit,
  line,
  Notes,
  pageOf,
  TimeZone,
  Version,
} from "./primitives.ts";

export const TaskStatus = z.enum(["open", "done", "skipped", "trashed"]);
export type TaskStatus = z.infer<typeof TaskStatus>;
export const Priority = z.enum(["none", "low", "medium", "high", "urgent"]);
export type Priority = z.infer<typeof Priority>;

/** `rrule` means what RFC 5545 and RFC 7529 say; `from` tells whether the next one counts from the due or from the completion. */
export const Recurrence = z.strictObject({
  rrule: z.string().min(1).max(500),
  from: z.enum(["due", "completion"]).default("due"),
});
export type Recurrence = z.infer<typeof Recurrence>;

const ReminderBefore = z.strictObject({ id: ClientId.optional(), before: Duration });
const ReminderAt = z.strictObject({ id: ClientId.optional(), at: Due });
export const NewReminder = z.union([ReminderBefore, ReminderAt]);
export const Reminder = z.union([z.object({ id: Id, before: z.string() }), z.object({ id: Id, at: Due })]);
export type Reminder = z.infer<typeof Reminder>;

export const Title = line(500);
const LabelIds = z
  .array(Id)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, "must not repeat a label");
const Reminders = z
  .array(NewReminder)
  .max(20)
  .refine((reminders) => {
    const ids = reminders.flatMap(({ id }) => id ?? []);
    return new Set(ids).size === ids.length;
  }, "must not repeat an id");

export const Task = z
  .object({
    id: Id,
    projectId: Id,
    sectionId: Id.nullable(),
    parentId: Id.nullable(),
    position: z.string(),
    title: z.string(),
    notes: z.string(),
    status: TaskStatus,
    priority: Priority,
    labelIds: z.array(Id),
    assigneeId: Id.nullable(),
    due: Due.nullable(),
    dueAt: Instant.nullable().describe("Derived for the caller; null for all-day and for no due"),
    deadline: CalendarDate.nullable(),
    recurrence: Recurrence.nullable(),
    seriesId: Id.nullable(),
    occurrence: Due.nullable().describe("The original wall-clock due of this occurrence (RECURRENCE-ID)"),
    occurrenceNumber: z.number().int().nullable(),
    reminders: z.array(Reminder),
    completedAt: Instant.nullable(),
    nextDue: Due.nullable().describe("Of a completed or skipped occurrence: when the next one is due"),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "Task" });
export type Task = z.infer<typeof Task>;

const fields = {
  title: Title,
  notes: Notes,
  priority: Priority,
  labelIds: LabelIds,
  due: Due.nullable(),
  deadline: CalendarDate.nullable(),
  recurrence: Recurrence.nullable(),
  reminders: Reminders,
  projectId: Id,
  sectionId: Id.nullable(),
  parentId: Id.nullable(),
  assigneeId: Id.nullable(),
};

export const NewTask = z.strictObject({ ...z.object(fields).partial().shape, id: ClientId.optional(), title: Title });
export type NewTask = z.infer<typeof NewTask>;
export const TaskPatch = z.strictObject(z.object(fields).partial().shape);
export type TaskPatch = z.infer<typeof TaskPatch>;

export const PatchScope = z.enum(["this", "later", "all"]);
export type PatchScope = z.infer<typeof PatchScope>;
export const DeleteScope = z.enum(["this", "all"]);
export type DeleteScope = z.infer<typeof DeleteScope>;

const sortKeys = ["position", "due", "priority", "created", "updated"] as const;
export const TaskSort = z.enum([...sortKeys, ...sortKeys.map((key) => `-${key}` as const)]);
export type TaskSort = z.infer<typeof TaskSort>;

const statuses = z
  .string()
  .default("open")
  .transform((list) => (list === "all" ? [...TaskStatus.options] : list.split(",")))
  .pipe(z.array(TaskStatus).min(1).max(4));

export const TaskListQuery = z.strictObject({
  projectId: Id.optional(),
  sectionId: Id.optional(),
  parentId: Id.optional(),
  status: statuses,
  labelId: Id.optional(),
  assigneeId: Id.optional(),
  priority: Priority.optional(),
  dueFrom: CalendarDate.optional(),
  dueTo: CalendarDate.optional(),
  timeZone: TimeZone.optional(),
  q: line(200).optional(),
  seriesId: Id.optional(),
  sort: TaskSort.default("position"),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type TaskListQuery = z.infer<typeof TaskListQuery>;

export const TaskPage = pageOf(Task);
/** `nextDue` null: nothing follows. `keptSuccessor`, on reopening: the next occurrence had been edited and stays. */
export const CompletedTask = z.object({ task: Task, nextDue: Due.nullable() });
export type CompletedTask = z.infer<typeof CompletedTask>;
export const ReopenedTask = z.object({ task: Task, keptSuccessor: Id.nullable() });

/** Open tasks, counted to 1,000 at most. `today` includes `overdue`. */
export const Counts = z.object({
  inbox: z.number().int(),
  today: z.number().int(),
  overdue: z.number().int(),
  projects: z.record(Id, z.number().int()),
});
export type Counts = z.infer<typeof Counts>;

export const QuickAdd = z.strictObject({
  text: Title,
  timeZone: TimeZone.optional(),
  projectId: Id.optional(),
  id: ClientId.optional(),
});
export const QuickAddSpan = z.object({
  start: z.number().int(),
  end: z.number().int(),
  kind: z.enum(["due", "recurrence", "priority", "project", "label", "reminder"]),
});
/** `task` is null under `dryRun`, where `draft` says what would be made. Names that match nothing stay in the title. */
export const QuickAdded = z.object({
  task: Task.nullable(),
  draft: z.object(fields).partial().extend({ title: z.string() }),
  spans: z.array(QuickAddSpan),
});
export type QuickAdded = z.infer<typeof QuickAdded>;
