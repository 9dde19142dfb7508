import { Me, MePatch, NotificationPreferences, NotificationPreferencesPatch } from "@tend/contracts";
import { type App, notFound } from "@tend/service-kit";
import { askService } from "../../http/ask-service.ts";
import { sendEntity } from "../../http/entity.ts";
import { editMe } from "./edit-me.ts";
import { findMe } from "./me.repository.ts";

export async function accountsRoutes(app: App) {
  const { context } = app;
  const tags = ["accounts"];

  app.get(
    "/me",
    { schema: { tags, summary: "Get one's own account", response: { 200: Me } } },
    async (request, reply) => {
      const me = await findMe(context.pool, request.actor.accountId);
      if (!me) throw notFound();
      return sendEntity(request, reply, { ...me, mailAvailable: context.mailAvailable });
    },
  );

  app.patch(
    "/me",
    { schema: { tags, summary: "Change one's own account", body: MePatch, response: { 200: Me } } },
    async (request, reply) => sendEntity(request, reply, await editMe(context, request, request.body)),
  );

  const preferences = {
    appId: "notification-service",
    path: "/api/preferences",
    shape: NotificationPreferences,
  } as const;
  app.get(
    "/notification-preferences",
    { schema: { tags, summary: "Get what is notified where", response: { 200: NotificationPreferences } } },
    (request) => askService(context, { ...preferences, accountId: request.actor.accountId }),
  );

  app.patch(
    "/notification-preferences",
    {
      schema: {
        tags,
        summary: "Change what is notified where",
        body: NotificationPreferencesPatch,
        response: { 200: NotificationPreferences },
      },
    },
    (request) =>
      askService(context, { ...preferences, method: "PATCH", accountId: request.actor.accountId, body: request.body }),
  );
}
