import { defaultPreferences } from "@tend/contracts";
import type { Belongings } from "./belongings.ts";
import type { Invocation, Sidecar } from "./sidecar.ts";

const at = "2026-01-01T00:00:00.000Z";

/** The three services as they answer: each looks only at the account that it was told, so telling the wrong one shows. */
export function answerForServices(sidecar: Sidecar, owners: () => Belongings[]): void {
  const ownerOf = ({ query }: Invocation) =>
    owners().findLast((owner) => owner.account.accountId === query.get("accountId"));
  const notification = ({ mark, notificationId, taskId }: Belongings) => ({
    ...{ id: notificationId, kind: "reminder.due", taskId, title: mark, fireAt: at, createdAt: at, readAt: null },
    deliveries: [],
  });
  sidecar.answer("notification-service", (invocation) => {
    const owner = ownerOf(invocation);
    if (!owner) return { status: 404 };
    if (invocation.path === "/api/preferences") return { status: 200, body: defaultPreferences };
    if (invocation.path === "/api/notifications")
      return { status: 200, body: { items: [notification(owner)], nextCursor: null, unread: 1 } };
    if (invocation.path === "/api/notifications/read-all") return { status: 204 };
    const mine = owners().find(
      ({ account, notificationId }) =>
        account.accountId === owner.account.accountId && invocation.path.includes(notificationId),
    );
    return mine ? { status: 200, body: notification(mine) } : { status: 404 };
  });
  sidecar.answer("audit-service", (invocation) => {
    const owner = ownerOf(invocation);
    const actor = { kind: "user", id: owner?.account.accountId };
    const entry = { sequence: 1, id: owner?.eventId, type: "task.created.v1", at, actor, subject: null };
    const items = owner ? [{ ...entry, details: { title: owner.mark }, hash: "00" }] : [];
    return { status: 200, body: { items, nextCursor: null } };
  });
  sidecar.answer("recurring-task-service", (invocation) => {
    const mine = owners().find(
      ({ account, seriesId }) =>
        account.accountId === invocation.query.get("accountId") && invocation.path.includes(seriesId),
    );
    const counts = { done: 0, skipped: 0, missed: 0 };
    return mine ? { status: 200, body: { seriesId: mine.seriesId, counts, next: null, items: [] } } : { status: 404 };
  });
}
