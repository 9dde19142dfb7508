import type { Scope } from "@tend/contracts";
import type { Queryable } from "@tend/service-kit";
import type { Actor, Credential } from "./actor.ts";

const lookUpActorStatement = `
  select c.kind, c.credential_id, c.scopes, u.id, u.time_zone, u.all_day_time
  from credentials c join users u on u.id = c.user_id
  where c.hash = $1 and c.kind = $2 and (c.expires_at is null or c.expires_at > clock())`;

type Row = {
  kind: "session" | "token";
  credential_id: string;
  scopes: Scope[];
  id: string;
  time_zone: string;
  all_day_time: string;
};

/** Whose credential it is; null when it is unknown, revoked or expired. */
export async function lookUpActor(database: Queryable, credential: Credential): Promise<Actor | null> {
  const { rows } = await database.query<Row>({
    name: "look-up-actor",
    text: lookUpActorStatement,
    values: [credential.hash, credential.kind],
  });
  const row = rows[0];
  if (!row) return null;
  return {
    accountId: row.id,
    kind: row.kind === "token" ? "token" : "user",
    id: row.kind === "token" ? row.credential_id : row.id,
    scopes: row.scopes,
    timeZone: row.time_zone,
    allDayTime: row.all_day_time,
  };
}
