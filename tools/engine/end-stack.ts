import { countInKafka } from "./kafka-log.ts";
import { withDapr } from "./record.ts";
import type { Waiting } from "./waiting.ts";

/** To be called when sidecars and services have stopped and the broker still answers: from here on it is known what it holds. */
export async function endStack(databaseUrl: string, broker: string): Promise<Waiting> {
  return withDapr(databaseUrl, async (client) => {
    const waiting = await countInKafka(broker, client);
    await client.query("update engines set waiting = $1 where name = 'stack'", [JSON.stringify(waiting)]);
    return waiting;
  });
}
