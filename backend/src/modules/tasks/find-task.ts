import { notFound } from "@tend/service-kit";
import { insufficientScope, unauthenticated } from "../../auth/authenticate.ts";
import { actorCte } from "./task-statements.ts";
import type { Database, WrittenTask } from "./tasks.repository.ts";

const statement = `
  with ${actorCte}
  select a.account_id, 'read' = any(a.scopes) as may_read, t.version, case when t.id is not null then task_json(t)::text end as json
  from (values (1)) one(row) left join actor a on true
  left join tasks t on t.id = $2 and t.owner_id = a.account_id and t.status <> 'withdrawn'`;

type Found = { account_id: string | null; may_read: boolean; version: number | null; json: string | null };

/** One statement: who asks, may they, and the task. */
export async function findTask(
  db: Database,
  credentialHash: Buffer,
  id: string,
): Promise<WrittenTask & { accountId: string }> {
  const { rows } = await db.query<Found>({ name: "task-find", text: statement, values: [credentialHash, id] });
  const row = rows[0];
  if (!row?.account_id) throw unauthenticated();
  if (!row.may_read) throw insufficientScope("read");
  if (row.json === null || row.version === null) throw notFound();
  return { json: row.json, version: row.version, accountId: row.account_id };
}
