import { AccountPageQuery, type AuditEntry, AuditPage } from "@tend/contracts";
import { type App, problem } from "@tend/service-kit";
import type { Context } from "../../context.ts";
import { listLinks, type StoredLink } from "./trail.repository.ts";

export function trailRoutes(app: App, { pool, guards }: Context) {
  const onRequest = guards.onlyFrom(["todo-backend"]);
  app.get(
    "/api/audit",
    { onRequest, schema: { querystring: AccountPageQuery, response: { 200: AuditPage } } },
    async ({ query }) => {
      const { accountId, limit, cursor, taskId = null } = query;
      const links = await listLinks(pool, { accountId, taskId, before: readCursor(cursor), limit: limit + 1 });
      const shown = links.slice(0, limit);
      const last = shown.at(-1);
      return { items: shown.map(toEntry), nextCursor: links.length > limit && last ? String(last.sequence) : null };
    },
  );
}

function readCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^[1-9]\d{0,14}$/.test(cursor))
    throw problem(400, "invalid", "cursor is not one of ours", {
      errors: [{ path: "cursor", message: "is not one of ours" }],
    });
  return Number(cursor);
}

const toEntry = ({ sequence, eventId, type, at, actor, subject, body, hash }: StoredLink): AuditEntry => ({
  sequence,
  id: eventId,
  type,
  at,
  actor,
  subject,
  details: body === null ? null : JSON.parse(body),
  hash: hash.toString("hex"),
});
