import type { Due, Notification } from "@tend/contracts";
import type { Queryable, Tx } from "@tend/service-kit";

export type NewDelivery = { id: string; notificationId: string; channel: "in-app" | "email"; isSent: boolean };

export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[]) {
  if (deliveries.length === 0) return;
  await tx.query({
    name: "deliveries-insert",
    text: `insert into deliveries (id, notification_id, channel, status, attempts, sent_at)
      select id, notification_id, channel, case when sent then 'sent' else 'pending' end, case when sent then 1 else 0 end,
        case when sent then clock_timestamp() end
      from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[]) as new (id, notification_id, channel, sent) on conflict do nothing`,
    values: [
      deliveries.map((delivery) => delivery.id),
      deliveries.map((delivery) => delivery.notificationId),
      deliveries.map((delivery) => delivery.channel),
      deliveries.map((delivery) => delivery.isSent),
    ],
  });
}

export type PendingDelivery = {
  id: string;
  accountId: string;
  kind: Notification["kind"];
  taskId: string | null;
  reminderId: string | null;
  title: string;
  fireAt: string | null;
  due: Due | null;
};
type Row = Omit<PendingDelivery, "fireAt"> & { fireAt: Date | null };

/** Null unless it still waits to be sent. Counts the attempt. */
export async function beginAttempt(db: Queryable, id: string): Promise<PendingDelivery | null> {
  const { rows } = await db.query<Row>({
    name: "delivery-begin",
    text: `update deliveries d set attempts = attempts + 1 from notifications n
      where d.id = $1 and d.status = 'pending' and n.id = d.notification_id
      returning d.id, n.account_id as "accountId", n.kind, n.task_id as "taskId", n.reminder_id as "reminderId", n.title, n.fire_at as "fireAt", n.due`,
    values: [id],
  });
  const row = rows[0];
  return row ? { ...row, fireAt: row.fireAt?.toISOString() ?? null } : null;
}

export async function markSent(db: Queryable, id: string, providerId: string | null) {
  await db.query({
    name: "delivery-sent",
    text: `with sent as (
        update deliveries set status = 'sent', sent_at = clock_timestamp(), provider_id = $2, error = null
        where id = $1 and status = 'pending' returning notification_id
      ) update notifications set is_shown = true from sent where id = sent.notification_id and not is_shown`,
    values: [id, providerId],
  });
}

/** The last fault stays readable while the next attempt waits. */
export async function noteFault(db: Queryable, id: string, error: string) {
  await db.query({
    name: "delivery-fault",
    text: "update deliveries set error = $2 where id = $1 and status = 'pending'",
    values: [id, error],
  });
}

/** It will not be sent: `failed` says that it could not be, `superseded` that it is not wanted any more. */
export async function giveUp(db: Queryable, id: string, status: "failed" | "superseded", error: string | null) {
  await db.query({
    name: `delivery-${status}`,
    text: `with ended as (
        update deliveries set status = $2, error = $3 where id = $1 and status = 'pending' returning notification_id
      ) update notifications set is_shown = true from ended where id = ended.notification_id and $2 = 'failed' and not is_shown`,
    values: [id, status, error],
  });
}
