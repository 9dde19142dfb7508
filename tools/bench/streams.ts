import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type pg from "pg";
import { requestBytes } from "./load.ts";
import { memoryOf, processorTimeOf } from "./memory.ts";
import type { Platform } from "./platform.ts";
import type { Seeded } from "./seed.ts";
import { type Figure, ms } from "./table.ts";

const pages = 500;

/** What opening a page's stream costs the backend, and what it holds as long as it is open. */
export async function measureStreams({ backendPort, backendPid }: Platform, { token }: Seeded): Promise<Figure[]> {
  const request = requestBytes("GET", "/api/v1/stream", token);
  const before = { time: processorTimeOf(backendPid), memory: memoryOf(backendPid) };
  const sockets: Socket[] = [];
  try {
    for (let opened = 0; opened < pages; opened += 10)
      sockets.push(...(await Promise.all(Array.from({ length: 10 }, () => open(backendPort, request)))));
    const time = (processorTimeOf(backendPid) - before.time) / pages;
    const memory = (memoryOf(backendPid) - before.memory) / pages;
    return [
      { what: "a page's stream opened: the backend's processor time", measured: ms(time / 1_000) },
      { what: "a page's stream held: the backend's memory", measured: `${Math.round(memory / 1_024)} KiB` },
    ];
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Resolves once the stream has begun. */
async function open(port: number, request: Buffer): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  for (let text = ""; !text.includes("event: ready"); ) {
    const [chunk] = await once(socket, "data");
    text += String(chunk);
    if (text.length > 100_000) throw new Error("a stream did not begin");
  }
  return socket.resume();
}

const looked = [1_000, 10_000];

/** One look of a process at the feed, for the accounts whose pages it has open, when nothing is new: the shortest of ten. */
export async function lookAtFeed(client: pg.Client): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of looked) {
    const ids = `array(select uuidv7() from generate_series(1, ${count}))`;
    const text = `explain (analyze, format json) select e.* from events e
      where e.account_id = any(${ids}) and (e.txid, e.seq) > ((select max(txid) from events), 0)
        and e.txid < pg_snapshot_xmin(pg_current_snapshot()) order by e.txid, e.seq limit 500`;
    const times: number[] = [];
    for (let round = 0; round < 10; round++) {
      const { rows } = await client.query<{ "QUERY PLAN": { "Execution Time": number }[] }>(text);
      times.push(rows[0]?.["QUERY PLAN"][0]?.["Execution Time"] ?? Number.NaN);
    }
    figures.push({
      what: `a look at the feed for the pages of ${count.toLocaleString("en")} accounts: PostgreSQL`,
      measured: ms(Math.min(...times)),
    });
  }
  return figures;
}
