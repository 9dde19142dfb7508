import { Agent, request } from "node:http";
import { createTestDatabase, until } from "@tend/service-kit/testing";
import { ChildSidecar } from "../test/support/child-sidecar.ts";
import { toConfig } from "../test/support/embedded-target.ts";
import { pubsubOnly } from "../test/support/pubsub-only.ts";
import { TestApp } from "../test/support/test-app.ts";

// The sidecar in a process of its own; the app and the publisher share this one.
const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const database = await createTestDatabase("dapr");
const app = await new TestApp("app").start();
let sidecar = await start([]);
let handled = 0;
let onHandled = () => {};

function countBulk(body: string): string {
  const entries = JSON.parse(body).entries as { entryId: string }[];
  handled += entries.length;
  onHandled();
  return JSON.stringify({ statuses: entries.map(({ entryId }) => ({ entryId, status: "SUCCESS" })) });
}
app.on("/single", () => {
  handled++;
  onHandled();
  app.received.length = 0;
  return undefined;
});
app.on("/bulk", ({ body }) => {
  app.received.length = 0;
  return { body: countBulk(body) };
});

async function start(subscriptions: object[]) {
  app.subscriptions = subscriptions;
  const child = new ChildSidecar(toConfig([app], pubsubOnly(), database.connectionString));
  const ports = await child.ports;
  await child.ready;
  return { child, port: ports.app! };
}

async function restart(...subscriptions: object[]): Promise<void> {
  await sidecar.child.signal("SIGTERM");
  handled = 0;
  sidecar = await start(subscriptions);
}

function post(path: string, body: string): Promise<void> {
  const headers = {
    "dapr-api-token": app.apiToken,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port: sidecar.port, path, method: "POST", agent, headers },
      (answer) => {
        answer.resume();
        answer.on("end", () =>
          answer.statusCode === 204 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

const event = (n: number) => ({ title: "Pay rent", n, notes: "x".repeat(300) });

async function publishBulk(topic: string, count: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const from = next;
      next += 500;
      const entries = Array.from({ length: 500 }, (_, index) => ({
        entryId: `${from + index}`,
        contentType: "application/json",
        event: event(from + index),
        metadata: { partitionKey: `k${(from + index) % 1_000}` },
      }));
      await post(`/v1.0/publish/bulk/pubsub/${topic}`, JSON.stringify(entries));
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

async function latency(rounds: number): Promise<void> {
  const taken: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const came = new Promise<number>((resolve) => {
      onHandled = () => resolve(performance.now());
    });
    const from = performance.now();
    const answered = post(`/v1.0/publish/pubsub/single?metadata.partitionKey=k${n % 50}`, JSON.stringify(event(n)));
    taken.push((await came) - from);
    await answered;
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.floor(rounds * share)]!.toFixed(2);
  console.log(`publish → handler          p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   (budget 1.5, 5)`);
}

async function rate(label: string, count: number, work: () => Promise<unknown>): Promise<void> {
  handled = 0;
  onHandled = () => {};
  const from = performance.now();
  await work();
  const perSecond = Math.round((count / (performance.now() - from)) * 1_000);
  console.log(`${label.padEnd(26)} ${perSecond.toLocaleString("en")}/s`);
}

await restart({ pubsubname: "pubsub", topic: "single", route: "/single" });
await latency(500);
await latency(3_000);
await rate("one by one, to handled", 20_000, async () => {
  let next = 0;
  const lane = async () => {
    while (next < 20_000)
      await post(`/v1.0/publish/pubsub/single?metadata.partitionKey=k${next++ % 500}`, JSON.stringify(event(next)));
  };
  await Promise.all(Array.from({ length: 64 }, lane));
  await until(() => handled >= 20_000);
});
await rate("bulk publish", 100_000, () => publishBulk("bulk", 100_000));
const bulk = {
  pubsubname: "pubsub",
  topic: "bulk",
  route: "/bulk",
  bulkSubscribe: { enabled: true, maxMessagesCount: 500 },
};
await restart();
await rate("backlog, with the start", 100_000, async () => {
  await restart(bulk);
  await until(() => handled >= 100_000);
});
await sidecar.child.signal("SIGTERM");
await app.stop();
agent.destroy();
await database.drop();
