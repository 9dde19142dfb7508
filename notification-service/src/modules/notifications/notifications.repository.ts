import { Delivery, Notification } from "@tend/contracts";
import type { Queryable, Tx } from "@tend/service-kit";
import { z } from "zod";
import type { Planned } from "./notify.ts";

/** Ids of those that were not there yet. */
export async function insertNotifications(tx: Tx, plans: readonly Planned[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>({
    name: "notifications-insert",
    text: `insert into notifications (id, account_id, kind, task_id, reminder_id, title, fire_at, due, is_shown, read_at)
      select id, account_id, kind, task_id, reminder_id, title, fire_at, due, is_shown, case when is_read then clock_timestamp() end
      from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[], $8::jsonb[], $9::boolean[], $10::boolean[])
        as new (id, account_id, kind, task_id, reminder_id, title, fire_at, due, is_shown, is_read)
      order by id on conflict do nothing returning id`,
    values: [
      plans.map((plan) => plan.id),
      plans.map((plan) => plan.accountId),
      plans.map((plan) => plan.kind),
      plans.map((plan) => plan.taskId),
      plans.map((plan) => plan.reminderId),
      plans.map((plan) => plan.title),
      plans.map((plan) => plan.fireAt),
      plans.map((plan) => plan.due && JSON.stringify(plan.due)),
      plans.map((plan) => plan.isShown),
      plans.map((plan) => plan.isRead),
    ],
  });
  return new Set(rows.map((row) => row.id));
}

const instant = z.date().transform((date) => date.toISOString());
const Row = z
  .object({
    id: z.string(),
    kind: Notification.shape.kind,
    taskId: z.string().nullable(),
    title: z.string(),
    fireAt: instant.nullable(),
    createdAt: instant,
    readAt: instant.nullable(),
    deliveries: z.array(Delivery),
  })
  .transform((row): Notification => row);

const rfc3339 = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `n.id, n.kind, n.task_id as "taskId", n.title, n.fire_at as "fireAt", n.created_at as "createdAt", n.read_at as "readAt", d.deliveries`;
const receipts = `cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object('channel', channel, 'status', status, 'attempts', attempts, 'sentAt', ${rfc3339("sent_at")},
    'error', error) order by channel desc), '[]') as deliveries from deliveries where notification_id = n.id) d`;

export type NotificationQuery = {
  accountId: string;
  taskId: string | null;
  after: { createdAt: string; id: string } | null;
  limit: number;
};

/** Newest first, from after the given one. */
export async function listNotifications(
  db: Queryable,
  { accountId, taskId, after, limit }: NotificationQuery,
): Promise<Notification[]> {
  const { rows } = await db.query({
    name: `notifications${taskId ? "-of-task" : ""}${after ? "-after" : ""}`,
    text: `select ${columns} from (
        select * from notifications where account_id = $1 and is_shown ${taskId ? "and task_id = $3" : "and $3::uuid is null"}
          ${after ? "and (created_at, id) < ($4::timestamptz, $5::uuid)" : "and $4::timestamptz is null and $5::uuid is null"}
        order by created_at desc, id desc limit $2
      ) n ${receipts} order by n.created_at desc, n.id desc`,
    values: [accountId, limit, taskId, after?.createdAt ?? null, after?.id ?? null],
  });
  return rows.map((row) => Row.parse(row));
}

/** To 100 at most. */
export async function countUnread(db: Queryable, accountId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    name: "notifications-unread",
    text: "select count(*) from (select from notifications where account_id = $1 and is_shown and read_at is null limit 100) unread",
    values: [accountId],
  });
  return Number(rows[0]?.count ?? 0);
}

/** Reading twice keeps the first time; null when there is no such notification of this account. */
export async function markRead(db: Queryable, accountId: string, id: string): Promise<Notification | null> {
  const { rows } = await db.query({
    name: "notification-read",
    text: `with n as (
        update notifications set read_at = coalesce(read_at, clock_timestamp()) where id = $2 and account_id = $1 and is_shown returning *
      ) select ${columns} from n ${receipts}`,
    values: [accountId, id],
  });
  return rows[0] ? Row.parse(rows[0]) : null;
}

export async function markAllRead(db: Queryable, accountId: string): Promise<number> {
  const { rowCount } = await db.query({
    name: "notifications-read-all",
    text: "update notifications set read_at = clock_timestamp() where account_id = $1 and is_shown and read_at is null",
    values: [accountId],
  });
  return rowCount ?? 0;
}

const keptDays = 90;

export async function pruneNotifications(db: Queryable): Promise<number> {
  let pruned = 0;
  for (;;) {
    const { rowCount } = await db.query(
      `delete from notifications where id in (
         select id from notifications where created_at < now() - make_interval(days => $1) limit 2000)`,
      [keptDays],
    );
    pruned += rowCount ?? 0;
    if ((rowCount ?? 0) < 2000) return pruned;
  }
}
