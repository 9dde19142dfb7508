import type { Actor, Changes, Topic } from "@tend/contracts";
import type { ClientBase, Pool } from "pg";

export type NewEvent = {
  type: string;
  topic: Topic;
  accountId: string;
  actor: Actor;
  projectId?: string | null;
  changes?: Changes;
  /** W3C trace of the request, which goes with the event as far as the mail. */
  traceparent?: string | null;
  /** Merged into the event's data beside accountId, actor, at and changes. */
  data: Record<string, unknown>;
};

const recordEventStatement = `
  with event as (
    insert into events (type, account_id, project_id, actor, changes, data) values ($1, $2, $3, $4, $5, $7) returning seq, id, at
  )
  insert into outbox (seq, event_id, lane, topic, partition_key, payload)
  select seq, id, lane_of($2::text), $6, $2::text,
    cloud_event(id, $1, null, at, $8,
      $7::jsonb || jsonb_build_object('accountId', $2::text, 'actor', $4::jsonb, 'at', rfc3339(at), 'changes', $5::jsonb))
  from event`;

/** An account's own event (project, label, account, audit) with its outbox row, in the caller's transaction. Wake the relay after the commit. */
export async function recordEvent(client: ClientBase | Pool, event: NewEvent): Promise<void> {
  const actor = JSON.stringify({ kind: event.actor.kind, id: event.actor.id });
  const changes = JSON.stringify(event.changes ?? {});
  await client.query({
    name: "record-event",
    text: recordEventStatement,
    values: [
      event.type,
      event.accountId,
      event.projectId ?? null,
      actor,
      changes,
      event.topic,
      JSON.stringify(event.data),
      event.traceparent ?? null,
    ],
  });
}
