import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

type Bulk = { entries: { entryId: string; event: { data: { name: string; isPoison?: boolean } } }[] };

/** An app that takes events in bulk, remembers their names and drops what is poison. */
export async function startConsumer() {
  const names: string[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || !request.url?.startsWith("/events/")) return response.end();
    const { entries } = (await json(request)) as Bulk;
    const statuses = entries.map(({ entryId, event: { data } }) => {
      if (!data.isPoison) names.push(data.name);
      return { entryId, status: data.isPoison ? "DROP" : "SUCCESS" };
    });
    response.setHeader("content-type", "application/json").end(JSON.stringify({ statuses }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, names, close: () => server.close() };
}
