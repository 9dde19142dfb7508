import { notFound } from "@tend/service-kit";
import { insufficientScope, unauthenticated } from "../../auth/authenticate.ts";
import type { Database, WrittenTask } from "./tasks.repository.ts";

const statement = `
  select c.user_id as account_id, 'read' = any(c.scopes) as may_read, t.version, case when t.id is not null then task_text(t) end as json
  from credentials c left join tasks t on t.id = $2 and t.owner_id = c.user_id and t.status <> 'withdrawn'
  where c.hash = $1 and (c.expires_at is null or c.expires_at > now())`;

type Found = { account_id: string; may_read: boolean; version: number | null; json: string | null };

/** One statement: who asks, may they, and the task. */
export async function findTask(
  db: Database,
  credentialHash: Buffer,
  id: string,
): Promise<WrittenTask & { accountId: string }> {
  const { rows } = await db.query<Found>({ name: "task-find", text: statement, values: [credentialHash, id] });
  const row = rows[0];
  if (!row) throw unauthenticated();
  if (!row.may_read) throw insufficientScope("read");
  if (row.json === null || row.version === null) throw notFound();
  return { json: row.json, version: row.version, accountId: row.account_id };
}
