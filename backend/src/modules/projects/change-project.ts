import type { Project, ProjectPatch } from "@tend/contracts";
import { notFound, problem, transaction } from "@tend/service-kit";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Context } from "../../context.ts";
import { changesOf, changesToNothing, requireVersion } from "../../http/entity.ts";
import { moveAllTasks } from "../tasks/change-many-tasks.ts";
import { deleteProjectRow, lockProject, recordProjectChange, updateProject } from "./projects.repository.ts";

type Patch = z.infer<typeof ProjectPatch>;

export async function editProject(
  { pool, wakeRelay }: Context,
  request: FastifyRequest,
  id: string,
  patch: Patch,
): Promise<Project> {
  const { actor } = request;
  const project = await transaction(pool, async (tx) => {
    const present = await lockProject(tx, actor.accountId, id);
    if (!present) throw notFound();
    requireVersion(request, present);
    const changes = changesOf(present, patch);
    if (!changes) return present;
    await recordProjectChange(tx, actor, id, changes);
    return updateProject(tx, { ...present, ...patch });
  });
  wakeRelay();
  return project;
}

/** Nothing is lost with a project: all its tasks, trashed ones too, move to the inbox. */
export async function deleteProject({ pool, wakeRelay }: Context, request: FastifyRequest, id: string): Promise<void> {
  const { actor } = request;
  await transaction(pool, async (tx) => {
    const present = await lockProject(tx, actor.accountId, id);
    if (!present) throw notFound();
    requireVersion(request, present);
    if (present.isInbox) throw problem(409, "inbox_stays", "The inbox cannot be deleted.");
    const { rows } = await tx.query<{ id: string }>("select id from projects where owner_id = $1 and is_inbox", [
      actor.accountId,
    ]);
    const inbox = rows[0]?.id;
    if (!inbox) throw new Error(`account ${actor.accountId} has no inbox`);
    await moveAllTasks(tx, actor, id, inbox);
    await deleteProjectRow(tx, id);
    const { name, colour } = present;
    await recordProjectChange(tx, actor, id, changesToNothing({ name, colour }));
  });
  wakeRelay();
}
