import { Cursor, Id, IdParams, Limit, Notification, NotificationPage } from "@tend/contracts";
import type { App } from "@tend/service-kit";
import { z } from "zod";
import { askService } from "../../http/ask-service.ts";

const Query = z.strictObject({ limit: Limit, cursor: Cursor.optional(), taskId: Id.optional() });

export async function notificationsRoutes(app: App) {
  const { context } = app;
  const tags = ["notifications"];
  const appId = "notification-service";

  app.get(
    "/notifications",
    {
      schema: {
        tags,
        summary: "List notifications, newest first",
        querystring: Query,
        response: { 200: NotificationPage },
      },
    },
    (request) =>
      askService(context, {
        appId,
        path: "/api/notifications",
        accountId: request.actor.accountId,
        query: request.query,
        shape: NotificationPage,
      }),
  );

  app.post(
    "/notifications/:id/read",
    { schema: { tags, summary: "Mark a notification as read", params: IdParams, response: { 200: Notification } } },
    (request) =>
      askService(context, {
        appId,
        method: "POST",
        path: `/api/notifications/${request.params.id}/read`,
        accountId: request.actor.accountId,
        shape: Notification,
      }),
  );

  app.post(
    "/notifications/read-all",
    { schema: { tags, summary: "Mark all notifications as read", response: { 204: z.void() } } },
    async (request, reply) => {
      const { accountId } = request.actor;
      await askService(context, {
        appId,
        method: "POST",
        path: "/api/notifications/read-all",
        accountId,
        shape: z.unknown(),
      });
      return reply.code(204).send();
    },
  );
}
