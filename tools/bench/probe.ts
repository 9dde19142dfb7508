import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "../launcher/free-port.ts";

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
  /** When the handler was called for this task's first event, by this process's clock. */
  arrivals: Map<string, number>;
  close(): void;
};

const secret = () => randomBytes(24).toString("base64url");

/** A subscriber to the tasks' events like any other, that only looks at the clock. */
export async function startProbe(): Promise<Probe> {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    const at = performance.now();
    if (request.method === "GET") return response.end(request.url === "/dapr/subscribe" ? subscriptions : "{}");
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const { subject } = JSON.parse(body || "{}");
      if (subject && !arrivals.has(subject)) arrivals.set(subject, at);
      response.setHeader("content-type", "application/json").end('{"status":"SUCCESS"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const app = { appId: "bench-probe", appPort: port, httpPort: await freePort(), enableDelivery: true };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { app: { ...app, apiToken: secret(), appApiToken: secret() }, arrivals, close };
}

const subscriptions = JSON.stringify([{ pubsubname: "pubsub", topic: "task-events", route: "/events" }]);
