import type { Label, LabelPatch } from "@tend/contracts";
import { notFound, transaction } from "@tend/service-kit";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Context } from "../../context.ts";
import { changesOf, changesToNothing, requireVersion } from "../../http/entity.ts";
import { removeLabelFromTasks } from "../tasks/change-many-tasks.ts";
import { deleteLabelRow, lockLabel, recordLabelChange, updateLabel } from "./labels.repository.ts";
import { refuseTakenName } from "./name-taken.ts";

type Patch = z.infer<typeof LabelPatch>;

export async function editLabel(
  { pool, wakeRelay }: Context,
  request: FastifyRequest,
  id: string,
  patch: Patch,
): Promise<Label> {
  const { actor } = request;
  const label = await transaction(pool, async (tx) => {
    const present = await lockLabel(tx, actor.accountId, id);
    if (!present) throw notFound();
    requireVersion(request, present);
    const changes = changesOf(present, patch);
    if (!changes) return present;
    await recordLabelChange(tx, actor, id, changes);
    return updateLabel(tx, { ...present, ...patch });
  }).catch(refuseTakenName);
  wakeRelay();
  return label;
}

/** The tasks stay, without it. */
export async function deleteLabel({ pool, wakeRelay }: Context, request: FastifyRequest, id: string): Promise<void> {
  const { actor } = request;
  await transaction(pool, async (tx) => {
    const present = await lockLabel(tx, actor.accountId, id);
    if (!present) throw notFound();
    requireVersion(request, present);
    await removeLabelFromTasks(tx, actor, id);
    await deleteLabelRow(tx, id);
    const { name, colour } = present;
    await recordLabelChange(tx, actor, id, changesToNothing({ name, colour }));
  });
  wakeRelay();
}
