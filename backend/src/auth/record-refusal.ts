import type { Context } from "../context.ts";
import { ownActor, recordAudit } from "../modules/audit/record-audit.ts";

/** A wrong password, in the trail of the account that it was tried on; an unknown address has no trail. */
export async function recordRefusal({ pool }: Context, email: string, address: string): Promise<void> {
  const { rows } = await pool.query<{ id: string }>("select id from users where email = $1", [email]);
  const accountId = rows[0]?.id;
  if (!accountId) return;
  await recordAudit(pool, { accountId, actor: ownActor(accountId), action: "session.refused", details: { address } });
}
