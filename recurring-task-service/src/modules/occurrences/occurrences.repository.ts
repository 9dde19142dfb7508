import type { Due, LedgerEntry, SeriesSnapshot } from "@tend/contracts";
import type { Queryable, Tx } from "@tend/service-kit";
import type { z } from "zod";

export type OccurrenceState = z.infer<typeof LedgerEntry>["state"];
export type SavedOccurrence = {
  seriesId: string;
  accountId: string;
  occurrence: Due;
  occurrenceNumber: number;
  due: Due;
  state: OccurrenceState;
  taskId: string;
  taskVersion: number;
  missedCount: number;
  at: string;
};

/** False when a newer version of the task was seen already. */
export async function claimVersion(tx: Tx, taskId: string, version: number): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "version-claim",
    text: `insert into task_versions as seen (task_id, version) values ($1, $2)
      on conflict (task_id) do update set version = excluded.version where seen.version <= excluded.version returning 1`,
    values: [taskId, version],
  });
  return rowCount === 1;
}

/** Those of the tasks that the ledger holds. */
export async function findKnown(tx: Tx, taskIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ task_id: string }>({
    name: "tasks-known",
    text: "select task_id from occurrences where task_id = any($1::uuid[])",
    values: [taskIds],
  });
  return new Set(rows.map((row) => row.task_id));
}

/** Removes what the ledger holds of a task elsewhere than at `keep`, and the occurrences that its completion passed over. */
export async function forgetOfTask(
  tx: Tx,
  taskId: string,
  keep: { seriesId: string; occurrenceNumber: number } | null,
) {
  await tx.query({
    name: "task-forget",
    text: `delete from occurrences where closed_by = $1
      or (task_id = $1 and (series_id, occurrence_number) is distinct from ($2::uuid, $3::int))`,
    values: [taskId, keep?.seriesId ?? null, keep?.occurrenceNumber ?? null],
  });
}

export async function saveOccurrence(tx: Tx, row: SavedOccurrence) {
  await tx.query({
    name: "occurrence-save",
    text: `insert into occurrences as old (series_id, account_id, occurrence, occurrence_number, due, state, task_id, task_version,
        missed_count, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (series_id, occurrence_number) do update set account_id = excluded.account_id, occurrence = excluded.occurrence,
        due = excluded.due, state = excluded.state, task_id = excluded.task_id, task_version = excluded.task_version, missed_count = excluded.missed_count, closed_by = null, at = excluded.at`,
    values: [
      row.seriesId,
      row.accountId,
      JSON.stringify(row.occurrence),
      row.occurrenceNumber,
      JSON.stringify(row.due),
      row.state,
      row.taskId,
      row.taskVersion,
      row.missedCount,
      row.at,
    ],
  });
}

export type Missed = {
  accountId: string;
  at: string;
  series: SeriesSnapshot;
  /** The task whose completion passed them over. */
  taskId: string;
  missed: { occurrence: Due; occurrenceNumber: number }[];
};

export async function insertMissed(tx: Tx, { accountId, at, series, taskId, missed }: Missed) {
  if (missed.length === 0) return;
  await tx.query({
    name: "missed-insert",
    text: `insert into occurrences (series_id, account_id, occurrence, occurrence_number, due, state, closed_by, at)
      select $1, $2, occurrence, number, occurrence, 'missed', $3, $4 from unnest($5::jsonb[], $6::int[]) as m (occurrence, number)
      on conflict do nothing`,
    values: [
      series.id,
      accountId,
      taskId,
      at,
      missed.map(({ occurrence }) => JSON.stringify(occurrence)),
      missed.map(({ occurrenceNumber }) => occurrenceNumber),
    ],
  });
}

type LedgerRow = {
  occurrence: Due;
  occurrence_number: number;
  due: Due;
  state: OccurrenceState;
  task_id: string | null;
  at: Date;
};

/** Newest first. */
export async function listOccurrences(
  db: Queryable,
  seriesId: string,
  accountId: string,
  limit: number,
): Promise<LedgerRow[]> {
  const { rows } = await db.query<LedgerRow>({
    name: "occurrences-list",
    text: `select occurrence, occurrence_number, due, state, task_id, at from occurrences
      where series_id = $1 and account_id = $2 and state <> 'withdrawn' order by occurrence_number desc, at desc limit $3`,
    values: [seriesId, accountId, limit],
  });
  return rows;
}

export async function countOccurrences(db: Queryable, seriesId: string, accountId: string) {
  const { rows } = await db.query<{ done: number; skipped: number; missed: number }>({
    name: "occurrences-count",
    text: `select count(*) filter (where state = 'done') as done, count(*) filter (where state = 'skipped') as skipped,
      coalesce(sum(missed_count), 0)::bigint as missed from occurrences where series_id = $1 and account_id = $2`,
    values: [seriesId, accountId],
  });
  return rows[0] ?? { done: 0, skipped: 0, missed: 0 };
}
