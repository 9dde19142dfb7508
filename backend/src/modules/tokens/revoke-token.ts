import { notFound, transaction } from "@tend/service-kit";
import type { Actor } from "../../auth/actor.ts";
import type { Context } from "../../context.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { deleteToken } from "./tokens.repository.ts";

/** Works at once: every request looks its token up. A token may revoke itself and others of its account. */
export async function revokeToken({ pool, wakeRelay }: Context, actor: Actor, id: string): Promise<void> {
  await transaction(pool, async (tx) => {
    const name = await deleteToken(tx, actor.accountId, id);
    if (name === null) throw notFound();
    await recordAudit(tx, { accountId: actor.accountId, actor, action: "token.revoked", details: { token: id, name } });
  });
  wakeRelay();
}
