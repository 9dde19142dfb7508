import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "../launcher/free-port.ts";
import { Arrivals } from "./arrivals.ts";

export type Probe = {
  /** As the sidecar wants to know it. */
  app: {
    appId: string;
    appPort: number;
    httpPort: number;
    apiToken: string;
    appApiToken: string;
    enableDelivery: boolean;
  };
  arrivals: Arrivals;
  /** Until `resume` it answers nothing, and is given no more. */
  pause(): void;
  resume(): void;
  close(): void;
};
type Event = { id: string; subject?: string; data?: { task?: { version?: number } } };
type Entry = { entryId: string; event: Event };

const secret = () => randomBytes(24).toString("base64url");

/** A subscriber to the tasks' events like any other, that only looks at the clock. */
export async function startProbe(): Promise<Probe> {
  const arrivals = new Arrivals();
  const note = ({ id, subject, data }: Event, at: number) => {
    if (subject) arrivals.note(id, { subject, version: data?.task?.version ?? 0 }, at);
  };
  let open = Promise.resolve();
  let resume = () => {};
  const pause = () => {
    ({ promise: open, resolve: resume } = Promise.withResolvers<void>());
  };
  const server = createServer((request, response) => {
    const at = performance.now();
    if (request.method === "GET") return response.end(request.url === "/dapr/subscribe" ? subscriptions : "{}");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      await open;
      const { entries } = JSON.parse(Buffer.concat(chunks).toString()) as { entries: Entry[] };
      for (const { event } of entries) note(event, at);
      const statuses = entries.map(({ entryId }) => ({ entryId, status: "SUCCESS" }));
      response.setHeader("content-type", "application/json").end(JSON.stringify({ statuses }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const app = { appId: "bench-probe", appPort: port, httpPort: await freePort(), enableDelivery: true };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { app: { ...app, apiToken: secret(), appApiToken: secret() }, arrivals, pause, resume: () => resume(), close };
}

// As notification-service has it.
const bulkSubscribe = { enabled: true, maxMessagesCount: 500, maxAwaitDurationMs: 2 };
const subscriptions = JSON.stringify([{ pubsubname: "pubsub", topic: "task-events", route: "/events", bulkSubscribe }]);
