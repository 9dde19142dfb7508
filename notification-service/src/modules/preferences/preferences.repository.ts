import { NotificationPreferences } from "@tend/contracts";
import type { Queryable } from "@tend/service-kit";

/** Of those accounts that changed the defaults. */
export async function findPreferences(
  db: Queryable,
  accountIds: readonly string[],
): Promise<Map<string, NotificationPreferences>> {
  const { rows } = await db.query<{ account_id: string; settings: unknown }>({
    name: "preferences-find",
    text: "select account_id, settings from preferences where account_id = any($1::uuid[])",
    values: [accountIds],
  });
  return new Map(rows.map((row) => [row.account_id, NotificationPreferences.parse(row.settings)]));
}

export async function savePreferences(db: Queryable, accountId: string, settings: NotificationPreferences) {
  await db.query({
    name: "preferences-save",
    text: `insert into preferences (account_id, settings) values ($1, $2)
      on conflict (account_id) do update set settings = excluded.settings, updated_at = now()`,
    values: [accountId, JSON.stringify(settings)],
  });
}
