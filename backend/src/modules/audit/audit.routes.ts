import { AuditPage, Cursor, Limit } from "@tend/contracts";
import type { App } from "@tend/service-kit";
import { z } from "zod";
import { askService } from "../../http/ask-service.ts";

const Query = z.strictObject({ limit: Limit, cursor: Cursor.optional() });

export async function auditRoutes(app: App) {
  const { context } = app;
  app.get(
    "/audit",
    {
      schema: {
        tags: ["audit"],
        summary: "List one's own audit trail, newest first",
        querystring: Query,
        response: { 200: AuditPage },
      },
    },
    (request) =>
      askService(context, {
        appId: "audit-service",
        path: "/api/audit",
        accountId: request.actor.accountId,
        query: request.query,
        shape: AuditPage,
      }),
  );
}
