import { setTimeout as sleep } from "node:timers/promises";
import { withClient } from "@tend/service-kit/with-client";
import type pg from "pg";
import type { DeadLetterNote } from "./log.ts";
import type { LogRequest } from "./log-requests.ts";
import { databaseOptions } from "./log-session.ts";

export interface DeadLetter extends DeadLetterNote {
  /** For `resendDeadLetters`. */
  id: string;
  deadLetterTopic: string;
  at: Date;
  resentAt: Date | null;
  key: string | null;
  event: unknown;
}

export interface Outcome {
  /** Null when no sidecar has done it yet: it will when it runs. */
  result: Record<string, unknown> | null;
}

const withDatabase = <T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>) =>
  withClient(databaseOptions(databaseUrl, "embedded-dapr command"), work);

/** Dead letters, newest first; those already resent only on request. */
export function listDeadLetters(
  databaseUrl: string,
  { deadLetterTopic, resent = false, limit = 100 }: { deadLetterTopic?: string; resent?: boolean; limit?: number } = {},
): Promise<DeadLetter[]> {
  return withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `select t.name || '/' || m.partition || '/' || m."offset" as id, t.name as "deadLetterTopic", m.published_at as at,
          m.resent_at as "resentAt", m.key, m.body, m.dead_letter as note
        from messages m join topics t on t.id = m.topic_id
        where m.dead_letter is not null and ($1::text is null or t.name = $1) and ($2 or m.resent_at is null)
        order by m.published_at desc, m."offset" desc limit $3`,
      [deadLetterTopic ?? null, resent, limit],
    );
    return rows.map(({ note, body, ...row }) => ({ ...note, ...row, event: JSON.parse(body) }));
  });
}

/** Hands a topic to a group once more, from an offset or an instant on. */
export function replayTopic(
  databaseUrl: string,
  request: Omit<Extract<LogRequest, { kind: "replay" }>, "kind">,
): Promise<Outcome> {
  return ask(databaseUrl, { kind: "replay", ...request });
}

/** Publishes dead letters to their own topic again: all that were not resent yet, or those named. */
export function resendDeadLetters(
  databaseUrl: string,
  request: Omit<Extract<LogRequest, { kind: "resend" }>, "kind"> = {},
): Promise<Outcome> {
  return ask(databaseUrl, { kind: "resend", ...request });
}

/** Leaves the request to the running sidecar and waits up to ten seconds for it. */
function ask(databaseUrl: string, request: LogRequest): Promise<Outcome> {
  return withDatabase(databaseUrl, async (client) => {
    const inserted = await client.query<{ id: string }>("insert into log_requests (request) values ($1) returning id", [
      JSON.stringify(request),
    ]);
    await client.query("notify embedded_dapr_requests");
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(20)) {
      const { rows } = await client.query<{ result: Record<string, unknown> | null }>(
        "select result from log_requests where id = $1 and done_at is not null",
        [inserted.rows[0]!.id],
      );
      if (rows[0]) return { result: rows[0].result };
    }
    return { result: null };
  });
}
