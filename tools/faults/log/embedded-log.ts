import type { Facts } from "../check/facts.ts";
import type { Database } from "../database.ts";
import { type Body, type FromLog, type MessageLog, toMessage } from "./message-log.ts";

/** Read in the same moment as everything else: it is in the same database. */
export const embeddedLog: MessageLog = { open: async () => ({ countWaiting, read }) };

async function countWaiting({ ask }: Database): Promise<number> {
  const [row] = await ask<{ count: string }>(
    `select coalesce(sum(coalesce((select max("offset") + 1 from dapr.messages m where m.topic_id = o.topic_id and m.partition = o.partition), 0)
      - o.next_offset), 0) as count from dapr.consumer_offsets o`,
  );
  return Number(row?.count);
}

async function read({ ask }: Database): Promise<FromLog> {
  const messages = await ask<{ topic: string; partition: number; offset: number; body: Body }>(
    `select t.name as topic, m.partition, m."offset"::float8 as "offset", m.body::json as body
      from dapr.messages m join dapr.topics t on t.id = m.topic_id where m.dead_letter is null and t.name not like '%-dead-letters'`,
  );
  const deadLetters = await ask<Facts["deadLetters"][number]>(
    `select dead_letter ->> 'topic' as topic, dead_letter ->> 'group' as group, dead_letter ->> 'reason' as reason, body::json ->> 'id' as "eventId"
      from dapr.messages where dead_letter is not null`,
  );
  const lag = await ask<Facts["lag"][number]>(
    `select o.group_id as group, t.name as topic, sum(coalesce(
        (select max("offset") + 1 from dapr.messages m where m.topic_id = o.topic_id and m.partition = o.partition), 0) - o.next_offset)::float8 as behind
      from dapr.consumer_offsets o join dapr.topics t on t.id = o.topic_id group by 1, 2`,
  );
  return { messages: messages.map(toMessage), deadLetters, lag };
}
