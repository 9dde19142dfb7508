import type { Label, NewLabel } from "@tend/contracts";
import { transaction } from "@tend/service-kit";
import { v7 as uuidv7 } from "uuid";
import type { z } from "zod";
import type { Actor } from "../../auth/actor.ts";
import type { Context } from "../../context.ts";
import { changesFromNothing, idTaken } from "../../http/entity.ts";
import { bodyFingerprint } from "../../plugins/idempotency.ts";
import { findMadeLabel, insertLabel, recordLabelChange } from "./labels.repository.ts";
import { refuseTakenName } from "./name-taken.ts";

type Body = z.infer<typeof NewLabel>;

/** With an id of the client's, repeating the request answers the present state. */
export async function createLabel(
  { pool, wakeRelay }: Context,
  actor: Actor,
  body: Body,
  resourceId: string | undefined,
): Promise<{ label: Label; isNew: boolean }> {
  const { name, colour } = body;
  const row = {
    id: body.id ?? resourceId ?? uuidv7(),
    accountId: actor.accountId,
    name,
    colour,
    fingerprint: bodyFingerprint(body),
  };
  const made = await transaction(pool, async (tx) => {
    const label = await insertLabel(tx, row);
    if (label) await recordLabelChange(tx, actor, label.id, changesFromNothing({ name, colour }));
    return label;
  }).catch(refuseTakenName);
  if (made) {
    wakeRelay();
    return { label: made, isNew: true };
  }
  const existing = await findMadeLabel(pool, row);
  if (!existing) throw idTaken();
  return { label: existing, isNew: false };
}
