/**
 * `npm run events`: the events that did not get through: parked before publishing (refused for their content), or dead-lettered after it.
 * `npm run events -- retry` sends all of them again; a running Tend takes them at once.
 */
import { listDeadLetters, resendDeadLetters } from "@tend/embedded-dapr";
import pg from "pg";
import { tell } from "./bootstrap/fault.mjs";
import { withDatabases } from "./launcher/with-databases.ts";

type Parked = { id: string; type: string; topic: string; at: string; error: string };

const listParked = `
  select event_id as id, payload ->> 'type' as type, topic, payload ->> 'time' as at, error from outbox where parked_at is not null order by seq`;
const retryParked = "update outbox set parked_at = null, error = null where parked_at is not null";

const isRetry = process.argv.includes("retry");
try {
  await withDatabases(["todo-backend", "dapr"], async (backend, dapr) => {
    await parkedEvents(backend);
    await deadLetters(dapr);
  });
} catch (error) {
  tell(error);
  process.exitCode = 2;
}

async function parkedEvents(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Parked>(listParked);
    console.log(`${rows.length} parked events`);
    for (const { id, type, topic, at, error } of rows) console.log(`  ${at}  ${topic}  ${type}  ${id}  ${error}`);
    if (isRetry) console.log(`  ${(await client.query(retryParked)).rowCount} will be published again`);
  } finally {
    await client.end();
  }
}

async function deadLetters(url: string) {
  const letters = await listDeadLetters(url);
  console.log(`${letters.length} dead letters${letters.length === 100 ? " or more" : ""}`);
  for (const { at, topic, group, reason, id } of letters)
    console.log(`  ${at.toISOString()}  ${topic}  ${group}  ${id}  ${reason}`);
  if (!isRetry || letters.length === 0) return;
  const { result } = await resendDeadLetters(url);
  console.log(result ? `  sent again: ${JSON.stringify(result)}` : "  will be sent again when Tend runs");
}
