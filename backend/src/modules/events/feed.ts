import type { ChangeEvent } from "@tend/contracts";
import { problem } from "@tend/service-kit";
import type { Database } from "../tasks/tasks.repository.ts";

/** A place in the feed: events at or before (txid, seq) have been seen. `epoch` changes when a database is restored. */
export type Position = { epoch: number; txid: string; seq: number };

export const expired = () =>
  problem(
    410,
    "cursor_expired",
    "This cursor is from before the database was restored. Load everything again and go on from there.",
  );

export const encodePosition = ({ epoch, txid, seq }: Position) =>
  Buffer.from(`${epoch}.${txid}.${seq}`).toString("base64url");

export function decodePosition(cursor: string): Position {
  const parts = /^(\d{1,9})\.(\d{1,19})\.(\d{1,18})$/.exec(Buffer.from(cursor, "base64url").toString());
  if (!parts) {
    throw problem(400, "invalid_cursor", "The cursor is not one of ours. Start again without one.", {
      errors: [{ path: "cursor", message: "is not a cursor of this feed" }],
    });
  }
  return { epoch: Number(parts[1]), txid: String(parts[2]), seq: Number(parts[3]) };
}

const presentStatement = `
  select (select max(epoch) from feed_epochs) as epoch, pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
    coalesce((select txid from events order by seq desc limit 1), '0')::text as last`;

/**
 * The end of what can be read now: below every transaction that is still open, and not above one that has left an event. The ids of those
 * that only failed are given again after a crash: what came under them then would lie before the cursor.
 */
export async function presentPosition(db: Database): Promise<Position> {
  const { rows } = await db.query<Present>({ name: "feed-present", text: presentStatement });
  const { epoch, xmin, last } = rows[0] as Present;
  // Events of transaction xmin itself are still to come, so the position is the end of the one before it.
  const txid = BigInt(last) < BigInt(xmin) ? last : String(BigInt(xmin) - 1n);
  return { epoch, txid, seq: Number.MAX_SAFE_INTEGER };
}
type Present = { epoch: number; xmin: string; last: string };

export type FeedEvent = ChangeEvent & { accountId: string; txid: string; seq: number };

const feedStatement = `
  select e.id, e.type, rfc3339(e.at) as at, e.actor, e.task_id as "taskId", e.project_id as "projectId", e.series_id as "seriesId",
    e.version, e.changes, e.account_id as "accountId", e.txid::text as txid, e.seq
  from events e
  where e.account_id = any($1::uuid[]) and (e.txid, e.seq) > ($2::text::xid8, $3) and e.txid < pg_snapshot_xmin(pg_current_snapshot())
  order by e.txid, e.seq limit $4`;

/** Gap-free without a lock: only transactions older than every open one are read, in (txid, seq) order. */
export async function readFeed(
  db: Database,
  accountIds: string[],
  after: Position,
  limit: number,
): Promise<FeedEvent[]> {
  const values = [accountIds, after.txid, after.seq, limit];
  const { rows } = await db.query<FeedEvent>({ name: "feed-read", text: feedStatement, values });
  return rows;
}

/** 410 for a position of another epoch, or one that this database has not reached (it was restored from a copy). */
export async function checkPosition(db: Database, { epoch, txid }: Position): Promise<void> {
  const text = `select (select max(epoch) from feed_epochs) = $1 and $2::text::xid8 < pg_snapshot_xmin(pg_current_snapshot()) as ok`;
  const { rows } = await db.query<{ ok: boolean }>({ name: "feed-check", text, values: [epoch, txid] });
  if (!rows[0]?.ok) throw expired();
}

export const toChange = ({ accountId, txid, seq, ...event }: FeedEvent): ChangeEvent => event;
