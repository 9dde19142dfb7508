import { AccountPageQuery, AccountQuery, IdParams, Notification, NotificationPage } from "@tend/contracts";
import { type App, notFound } from "@tend/service-kit";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { formatCursor, readCursor } from "./cursor.ts";
import { countUnread, listNotifications, markAllRead, markRead } from "./notifications.repository.ts";

export function notificationRoutes(app: App, { pool, guards, signals }: Context) {
  const onRequest = guards.onlyFrom(["todo-backend"]);
  const listSchema = { querystring: AccountPageQuery, response: { 200: NotificationPage } };
  app.get("/api/notifications", { onRequest, schema: listSchema }, async ({ query }) => {
    const { accountId, limit, taskId = null } = query;
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    const found = await listNotifications(pool, { accountId, taskId, after, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      nextCursor: found.length > limit && last ? formatCursor(last) : null,
      unread: await countUnread(pool, accountId),
    };
  });

  const readSchema = { params: IdParams, querystring: AccountQuery, response: { 200: Notification } };
  app.post(
    "/api/notifications/:id/read",
    { onRequest, schema: readSchema },
    async ({ params: { id }, query: { accountId } }) => {
      const notification = await markRead(pool, accountId, id);
      if (!notification) throw notFound();
      signals.add([accountId]);
      return notification;
    },
  );

  const allSchema = { querystring: AccountQuery, response: { 204: z.void() } };
  app.post("/api/notifications/read-all", { onRequest, schema: allSchema }, async ({ query: { accountId } }, reply) => {
    if ((await markAllRead(pool, accountId)) > 0) signals.add([accountId]);
    return reply.code(204).send();
  });
}
