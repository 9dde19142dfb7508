import type { NewProject, Project } from "@tend/contracts";
import { transaction } from "@tend/service-kit";
import { v7 as uuidv7 } from "uuid";
import type { z } from "zod";
import type { Actor } from "../../auth/actor.ts";
import type { Context } from "../../context.ts";
import { changesFromNothing, idTaken } from "../../http/entity.ts";
import { bodyFingerprint } from "../../plugins/idempotency.ts";
import { findMadeProject, insertProject, recordProjectChange } from "./projects.repository.ts";

type Body = z.infer<typeof NewProject>;

/** With an id of the client's, repeating the request answers the present state. */
export async function createProject(
  { pool, wakeRelay }: Context,
  actor: Actor,
  body: Body,
  resourceId: string | undefined,
): Promise<{ project: Project; isNew: boolean }> {
  const { name, colour } = body;
  const row = {
    id: body.id ?? resourceId ?? uuidv7(),
    accountId: actor.accountId,
    name,
    colour,
    fingerprint: bodyFingerprint(body),
  };
  const made = await transaction(pool, async (tx) => {
    const project = await insertProject(tx, row);
    if (project) await recordProjectChange(tx, actor, project.id, changesFromNothing({ name, colour }));
    return project;
  });
  if (made) {
    wakeRelay();
    return { project: made, isNew: true };
  }
  const existing = await findMadeProject(pool, row);
  if (!existing) throw idTaken();
  return { project: existing, isNew: false };
}
