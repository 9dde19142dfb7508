import type { Me } from "@tend/contracts";
import type { Queryable, Tx } from "@tend/service-kit";

type Row = Omit<Me, "mailAvailable">;

const columns = `id, name, email, time_zone as "timeZone", locale, all_day_time as "allDayTime", inbox_project_id as "inboxProjectId",
  is_administrator as "isAdministrator", version, rfc3339(created_at) as "createdAt", rfc3339(updated_at) as "updatedAt"`;

export async function findMe(database: Queryable, accountId: string): Promise<Row | null> {
  const text = `select ${columns} from users where id = $1`;
  const { rows } = await database.query<Row>({ name: "find-me", text, values: [accountId] });
  return rows[0] ?? null;
}

export async function lockMe(tx: Tx, accountId: string): Promise<Row | null> {
  const text = `select ${columns} from users where id = $1 for no key update`;
  const { rows } = await tx.query<Row>({ name: "lock-me", text, values: [accountId] });
  return rows[0] ?? null;
}

export async function updateMe(
  tx: Tx,
  me: Pick<Row, "id" | "name" | "timeZone" | "locale" | "allDayTime">,
): Promise<Row> {
  // Null is for an account whose zone has never changed: only there is deriving again known to change nothing.
  const text = `update users set name = $2, time_zone = $3, locale = $4, all_day_time = $5, version = version + 1, updated_at = clock(),
      derived_for = case when (time_zone, all_day_time) is distinct from ($3, $5) then coalesce(derived_for, '') else derived_for end
    where id = $1 returning ${columns}`;
  const values = [me.id, me.name, me.timeZone, me.locale, me.allDayTime];
  const { rows } = await tx.query<Row>({ name: "update-me", text, values });
  return rows[0] as Row;
}
