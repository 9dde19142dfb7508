import { type Changes, type Project, projectChanged } from "@tend/contracts";
import { currentTraceparent, type Queryable, type Tx } from "@tend/service-kit";
import type { Actor } from "../../auth/actor.ts";
import { recordEvent } from "../events/record-event.ts";

const columns = `id, name, colour, is_inbox as "isInbox", version, rfc3339(created_at) as "createdAt", rfc3339(updated_at) as "updatedAt"`;

type NewRow = { id: string; accountId: string; name: string; colour: string; fingerprint: Buffer };

/** null: the id is taken, by whomever. */
export async function insertProject(tx: Tx, { id, accountId, name, colour, fingerprint }: NewRow) {
  const { rows } = await tx.query<Project>({
    name: "insert-project",
    text: `insert into projects (id, owner_id, name, colour, fingerprint, created_at, updated_at)
      values ($1, $2, $3, $4, $5, clock(), clock()) on conflict (id) do nothing returning ${columns}`,
    values: [id, accountId, name, colour, fingerprint],
  });
  return rows[0] ?? null;
}

/** A project of this account that an equal request made. */
export async function findMadeProject(database: Queryable, { id, accountId, fingerprint }: NewRow) {
  const { rows } = await database.query<Project>({
    name: "find-made-project",
    text: `select ${columns} from projects where id = $1 and owner_id = $2 and fingerprint = $3`,
    values: [id, accountId, fingerprint],
  });
  return rows[0] ?? null;
}

export async function findProject(database: Queryable, accountId: string, id: string): Promise<Project | null> {
  const { rows } = await database.query<Project>({
    name: "find-project",
    text: `select ${columns} from projects where id = $2 and owner_id = $1`,
    values: [accountId, id],
  });
  return rows[0] ?? null;
}

/** Held until the transaction ends, so that no task comes into it meanwhile. */
export async function lockProject(tx: Tx, accountId: string, id: string): Promise<Project | null> {
  const { rows } = await tx.query<Project>({
    name: "lock-project",
    text: `select ${columns} from projects where id = $2 and owner_id = $1 for update`,
    values: [accountId, id],
  });
  return rows[0] ?? null;
}

export async function listProjects(database: Queryable, accountId: string, after: string | null, rowCount: number) {
  const { rows } = await database.query<Project>({
    name: "list-projects",
    text: `select ${columns} from projects where owner_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    values: [accountId, after, rowCount],
  });
  return rows;
}

export async function updateProject(tx: Tx, { id, name, colour }: Pick<Project, "id" | "name" | "colour">) {
  const { rows } = await tx.query<Project>({
    name: "update-project",
    text: `update projects set name = $2, colour = $3, version = version + 1, updated_at = clock() where id = $1 returning ${columns}`,
    values: [id, name, colour],
  });
  return rows[0] as Project;
}

export async function deleteProjectRow(tx: Tx, id: string): Promise<void> {
  await tx.query({ name: "delete-project", text: "delete from projects where id = $1", values: [id] });
}

/** In the same transaction as the change. */
export const recordProjectChange = (tx: Tx, actor: Actor, projectId: string, changes: Changes) =>
  recordEvent(tx, {
    type: projectChanged.type,
    topic: projectChanged.topic,
    accountId: actor.accountId,
    actor,
    projectId,
    changes,
    traceparent: currentTraceparent(),
    data: { projectId },
  });
