import type { NewOccurrence } from "@tend/contracts";
import { notFound, problem } from "@tend/service-kit";
import { v7 as uuidv7 } from "uuid";
import { inTransaction } from "../../database.ts";
import { deriveDue, reminderMoments } from "../tasks/derive.ts";
import type { TaskRow, TemplateColumn } from "../tasks/task-row.ts";
import { applyChange, type Database, type Writer } from "../tasks/tasks.repository.ts";
import {
  findOccurrenceContext,
  holdPredecessor,
  insertOccurrence,
  type OccurrenceContext,
} from "./occurrences.repository.ts";

const superseded = () => problem(409, "superseded", "The series has moved on; this occurrence is not wanted any more.");

/**
 * Makes the occurrence that follows `predecessorId`, or revives the one that reopening withdrew. Safe to repeat; refused when the
 * predecessor is open again, when its stored `nextDue` says otherwise, or when the series has ended.
 */
export async function makeOccurrence(db: Database, wanted: NewOccurrence): Promise<{ isNew: boolean; taskId: string }> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const context = await findOccurrenceContext(db, wanted);
    if (!context) throw notFound();
    if (!isWanted(context, wanted)) throw superseded();
    const existing = context.successor ?? context.withdrawn;
    if (existing && existing.status !== "withdrawn") return { isNew: false, taskId: existing.id };
    const writer = { ...context.writer, kind: "service", id: "recurring-task-service" } as const satisfies Writer;
    const row = occurrenceRow(context, wanted, writer);
    // An edit since then must not be lost to the copy that we hold.
    const seen = { ...wanted, predecessorVersion: context.predecessor.version };
    const taskId = existing
      ? await revive(db, existing, row, writer, seen)
      : await insertOccurrence(db, writer, row, seen, reminderMoments(row, writer));
    if (taskId) return { isNew: !existing, taskId };
  }
  throw problem(503, "busy", "The series kept changing. Try again.", { retryAfter: 1 });
}

const closed = new Set(["done", "skipped", "trashed"]);
const sameDue = (a: TaskRow["due"], b: NewOccurrence["occurrence"]) =>
  a?.date === b.date && a.time === b.time && a.timeZone === b.timeZone;

const isWanted = ({ predecessor, isAlive }: OccurrenceContext, wanted: NewOccurrence) =>
  isAlive &&
  closed.has(predecessor.status) &&
  predecessor.version >= wanted.predecessorVersion &&
  sameDue(predecessor.next_due, wanted.occurrence);

export type OccurrenceRow = ReturnType<typeof occurrenceRow>;

function occurrenceRow({ predecessor }: OccurrenceContext, wanted: NewOccurrence, writer: Writer) {
  const kept = <C extends TemplateColumn>(column: C) =>
    (predecessor.exceptions[column] ?? predecessor[column]) as TaskRow[C];
  return {
    id: uuidv7(),
    owner_id: writer.accountId,
    project_id: kept("project_id"),
    series_id: wanted.seriesId,
    predecessor_id: predecessor.id,
    position: predecessor.position,
    title: kept("title"),
    notes: kept("notes"),
    priority: kept("priority"),
    label_ids: kept("label_ids"),
    reminders: kept("reminders"),
    status: "open" as const,
    ...deriveDue(wanted.occurrence, writer),
    recurrence: predecessor.recurrence,
    occurrence: wanted.occurrence,
    occurrence_number: wanted.occurrenceNumber,
    exceptions: {},
    made_version: 1,
    version: 1,
  };
}

/** The predecessor is held, so that it cannot be reopened between the look and the revival. */
function revive(
  db: Database,
  withdrawn: TaskRow,
  row: OccurrenceRow,
  writer: Writer,
  wanted: NewOccurrence,
): Promise<string | null> {
  return inTransaction(db, async (tx) => {
    if (!(await holdPredecessor(tx, wanted))) return null;
    const { id, owner_id, position, made_version, version, ...set } = row;
    const written = await applyChange(tx, writer, withdrawn, {
      type: "task.revived.v1",
      changes: { status: { from: "withdrawn", to: "open" } },
      set,
      moments: reminderMoments({ ...row, status: "open" }, writer),
      isMade: true,
    });
    return written && withdrawn.id;
  });
}
