import { type Changes, type Label, labelChanged } from "@tend/contracts";
import { currentTraceparent, type Queryable, type Tx } from "@tend/service-kit";
import type { Actor } from "../../auth/actor.ts";
import { recordEvent } from "../events/record-event.ts";

const columns = `id, name, colour, version, rfc3339(created_at) as "createdAt", rfc3339(updated_at) as "updatedAt"`;

type NewRow = { id: string; accountId: string; name: string; colour: string; fingerprint: Buffer };

/** null: the id is taken, by whomever. */
export async function insertLabel(tx: Tx, { id, accountId, name, colour, fingerprint }: NewRow) {
  const { rows } = await tx.query<Label>({
    name: "insert-label",
    text: `insert into labels (id, owner_id, name, colour, fingerprint, created_at, updated_at)
      values ($1, $2, $3, $4, $5, clock(), clock()) on conflict (id) do nothing returning ${columns}`,
    values: [id, accountId, name, colour, fingerprint],
  });
  return rows[0] ?? null;
}

/** A label of this account that an equal request made. */
export async function findMadeLabel(database: Queryable, { id, accountId, fingerprint }: NewRow) {
  const { rows } = await database.query<Label>({
    name: "find-made-label",
    text: `select ${columns} from labels where id = $1 and owner_id = $2 and fingerprint = $3`,
    values: [id, accountId, fingerprint],
  });
  return rows[0] ?? null;
}

export async function findLabel(database: Queryable, accountId: string, id: string): Promise<Label | null> {
  const { rows } = await database.query<Label>({
    name: "find-label",
    text: `select ${columns} from labels where id = $2 and owner_id = $1`,
    values: [accountId, id],
  });
  return rows[0] ?? null;
}

/** Held until the transaction ends. */
export async function lockLabel(tx: Tx, accountId: string, id: string): Promise<Label | null> {
  const { rows } = await tx.query<Label>({
    name: "lock-label",
    text: `select ${columns} from labels where id = $2 and owner_id = $1 for update`,
    values: [accountId, id],
  });
  return rows[0] ?? null;
}

export async function listLabels(database: Queryable, accountId: string, after: string | null, rowCount: number) {
  const { rows } = await database.query<Label>({
    name: "list-labels",
    text: `select ${columns} from labels where owner_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    values: [accountId, after, rowCount],
  });
  return rows;
}

export async function updateLabel(tx: Tx, { id, name, colour }: Pick<Label, "id" | "name" | "colour">) {
  const { rows } = await tx.query<Label>({
    name: "update-label",
    text: `update labels set name = $2, colour = $3, version = version + 1, updated_at = clock() where id = $1 returning ${columns}`,
    values: [id, name, colour],
  });
  return rows[0] as Label;
}

export async function deleteLabelRow(tx: Tx, id: string): Promise<void> {
  await tx.query({ name: "delete-label", text: "delete from labels where id = $1", values: [id] });
}

/** In the same transaction as the change. */
export const recordLabelChange = (tx: Tx, actor: Actor, labelId: string, changes: Changes) =>
  recordEvent(tx, {
    type: labelChanged.type,
    topic: labelChanged.topic,
    accountId: actor.accountId,
    actor,
    changes,
    traceparent: currentTraceparent(),
    data: { labelId },
  });
