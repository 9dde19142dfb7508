import { accountUpdated, type Me, type MePatch } from "@tend/contracts";
import { currentTraceparent, notFound, transaction } from "@tend/service-kit";
import type { FastifyRequest } from "fastify";
import type { Context } from "../../context.ts";
import { changesOf, requireVersion } from "../../http/entity.ts";
import { recordEvent } from "../events/record-event.ts";
import { rederiveAccount } from "../reminders/rederive-account.ts";
import { lockMe, updateMe } from "./me.repository.ts";

/** Another zone or all-day time moves instants: dues and reminders are derived again after the commit, and by the next tick if we die. */
export async function editMe(context: Context, request: FastifyRequest, patch: MePatch): Promise<Me> {
  const { actor } = request;
  const { me, changes } = await transaction(context.pool, async (tx) => {
    const present = await lockMe(tx, actor.accountId);
    if (!present) throw notFound();
    requireVersion(request, present);
    const changes = changesOf(present, patch);
    if (!changes) return { me: present, changes };
    await recordEvent(tx, {
      type: accountUpdated.type,
      topic: accountUpdated.topic,
      accountId: actor.accountId,
      actor,
      changes,
      traceparent: currentTraceparent(),
      data: {},
    });
    return { me: await updateMe(tx, { ...present, ...patch }), changes };
  });
  context.wakeRelay();
  if (changes && ("timeZone" in changes || "allDayTime" in changes)) {
    await rederiveAccount(context, actor.accountId).catch((error: unknown) =>
      context.log.warn({ err: error }, "the account's times are derived again by the next tick"),
    );
  }
  return { ...me, mailAvailable: context.mailAvailable };
}
