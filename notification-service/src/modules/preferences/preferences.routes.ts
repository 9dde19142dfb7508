import {
  AccountQuery,
  defaultPreferences,
  NotificationPreferences,
  NotificationPreferencesPatch,
} from "@tend/contracts";
import { type App, type Queryable, transaction } from "@tend/service-kit";
import type { Context } from "../../context.ts";
import { findPreferences, savePreferences } from "./preferences.repository.ts";

export function preferenceRoutes(app: App, { pool, guards }: Context) {
  const onRequest = guards.onlyFrom(["todo-backend"]);
  const response = { 200: NotificationPreferences };
  app.get("/api/preferences", { onRequest, schema: { querystring: AccountQuery, response } }, ({ query }) =>
    preferencesOf(pool, query.accountId),
  );

  const patchSchema = { querystring: AccountQuery, body: NotificationPreferencesPatch, response };
  app.patch("/api/preferences", { onRequest, schema: patchSchema }, ({ query: { accountId }, body }) =>
    transaction(pool, async (tx) => {
      await tx.query("select pg_advisory_xact_lock(hashtextextended('preferences:' || $1, 0))", [accountId]);
      const before = await preferencesOf(tx, accountId);
      const after = {
        "reminder.due": { ...before["reminder.due"], ...body["reminder.due"] },
        "task.created": { ...before["task.created"], ...body["task.created"] },
      };
      await savePreferences(tx, accountId, after);
      return after;
    }),
  );
}

const preferencesOf = async (db: Queryable, accountId: string) =>
  (await findPreferences(db, [accountId])).get(accountId) ?? defaultPreferences;
