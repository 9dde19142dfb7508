import { withClient } from "@tend/service-kit/with-client";
import type pg from "pg";
import { Fault } from "../bootstrap/fault.mjs";
import { countInEmbedded } from "./embedded-log.ts";
import { inWords, isNothing, type Waiting } from "./waiting.ts";

/** `embedded`: our sidecar with its log in PostgreSQL (`npm start`). `stack`: real Dapr with Kafka (`npm run stack`). */
export type Engine = "embedded" | "stack";
export type Held = { engine: Engine; waiting: Waiting | "unknown" };
type EngineRow = { name: Engine; waiting: Waiting | null; are_letters_left: boolean };

/** Runs `work` as the role `dapr`, in its schema. */
export const withDapr = <T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient({ connectionString: databaseUrl, application_name: "tend engine" }, work);

/** Throws a sentence for people when the other engine's log holds something that this one would not see. */
export async function refuseUnlessDrained(databaseUrl: string, engine: Engine): Promise<void> {
  const other = engine === "embedded" ? "stack" : "embedded";
  const waiting = await withDapr(databaseUrl, (client) => readWaiting(client, other));
  if (waiting !== "unknown" && isNothing(waiting)) return;
  const ran = other === "stack" ? "the stack (npm run stack)" : "its embedded engine (npm start)";
  const what =
    waiting === "unknown"
      ? "did not stop in order, so that events may wait in its broker"
      : `holds ${inWords(waiting)}, which this start would not see`;
  throw new Fault(`Tend ran on ${ran} before, and that ${what}: run \`npm run drain\` first, then start again.`);
}

/** To be called before an engine can accept anything: what was known of its log holds no longer. */
export async function markRunning(databaseUrl: string, engine: Engine): Promise<void> {
  const text = `insert into engines (name) values ($1)
    on conflict (name) do update set started_at = now(), waiting = null, dead_letters_left_at = null`;
  await withDapr(databaseUrl, (client) => client.query(text, [engine]));
}

/**
 * The engine that holds something; undefined when none does. A log is looked into also where Tend remembers no run: an older version wrote
 * to it and made no note.
 */
export async function findHeld(client: pg.ClientBase): Promise<Held | undefined> {
  // Only a start brings the schema up to date, and then it can be counted.
  if (!(await hasMemory(client))) return { engine: "embedded", waiting: "unknown" };
  for (const engine of ["stack", "embedded"] as const) {
    const waiting = await readWaiting(client, engine);
    if (waiting === "unknown" || !isNothing(waiting)) return { engine, waiting };
  }
  return undefined;
}

/** What an engine that does not run holds beside what was left on purpose; `unknown` when it did not stop in order. */
async function readWaiting(client: pg.ClientBase, engine: Engine): Promise<Waiting | "unknown"> {
  if (engine === "embedded") return countInEmbedded(client);
  const { rows } = await client.query<EngineRow>(
    "select name, waiting, dead_letters_left_at is not null as are_letters_left from engines where name = 'stack'",
  );
  const [row] = rows;
  if (!row) return { events: [], deadLetters: 0 };
  if (!row.waiting) return "unknown";
  return row.are_letters_left ? { ...row.waiting, deadLetters: 0 } : row.waiting;
}

/** Undefined when none ran since Tend remembers it. */
export async function lastEngine(client: pg.ClientBase): Promise<Engine | undefined> {
  if (!(await hasMemory(client))) return undefined;
  const { rows } = await client.query<EngineRow>("select name from engines order by started_at desc limit 1");
  return rows[0]?.name;
}

/** False in the database of a version that knew one engine only. */
async function hasMemory(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ present: boolean }>("select to_regclass('engines') is not null as present");
  return rows[0]?.present === true;
}

/** The engine's dead letters stay where they are, and hold up no other engine until it runs again. */
export async function leaveDeadLetters(client: pg.ClientBase, engine: Engine): Promise<void> {
  // An older version has made no row.
  const text = `insert into engines (name, started_at, dead_letters_left_at) values ($1, 'epoch', now())
    on conflict (name) do update set dead_letters_left_at = excluded.dead_letters_left_at`;
  await client.query(text, [engine]);
}
