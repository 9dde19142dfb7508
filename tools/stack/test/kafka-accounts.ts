/**
 * `node tools/stack/test/kafka-accounts.ts`: real sidecars with the pub/sub component of k8s/base/dapr at a broker like Strimzi's: each
 * signs in by its app's account, whose rights are enough, and goes on when its password changes. Needs Go and Java.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parse } from "yaml";
import { root } from "../../bootstrap/folders.mjs";
import { readDeadLetters } from "../../faults/log/kafka-log.ts";
import { type Child, startChild, untilOk } from "../../launcher/child.ts";
import { freePort } from "../../launcher/free-port.ts";
import { newSecret } from "../../launcher/secrets.ts";
import { daprdFlags } from "../daprd-flags.ts";
import { allTopics } from "../kafka.ts";
import { buildDapr } from "../programs.ts";
import { startConsumer } from "./kafka-accounts/consumer.ts";
import { startSecureBroker } from "./secure-broker.ts";
import { until } from "./until.ts";

const folder = mkdtempSync(join(tmpdir(), "tend-accounts-"));
const accounts = { "todo-backend": newSecret(), "audit-service": newSecret() };
let broker: Awaited<ReturnType<typeof startSecureBroker>>;
let consumer: Awaited<ReturnType<typeof startConsumer>>;
let backend: { port: number; child: Child };
let audit: { port: number; child: Child };

before(async () => {
  [broker, consumer] = await Promise.all([startSecureBroker({ accounts, topics: allTopics }), startConsumer()]);
  writeResources();
  backend = await startSidecar("todo-backend", accounts["todo-backend"]);
  audit = await startSidecar("audit-service", accounts["audit-service"]);
});
after(async () => {
  await Promise.all([backend.child.stop(8_000), audit.child.stop(8_000)]);
  consumer.close();
  await broker.stop();
  await rm(folder, { recursive: true });
});

/** The component of a cluster, but for where the broker and its certificate are. */
function writeResources(): void {
  const patch: { value: { name: string }[] }[] = parse(readFileSync(join(root, "k8s/base/dapr/pubsub.yaml"), "utf8"));
  const here: Record<string, object> = {
    brokers: { name: "brokers", value: broker.address },
    caCert: { name: "caCert", value: readFileSync(broker.ca, "utf8") },
  };
  const metadata = patch[0]?.value.map((field) => here[field.name] ?? field);
  const spec = { type: "pubsub.kafka", version: "v1", metadata };
  const pubsub = { apiVersion: "dapr.io/v1alpha1", kind: "Component", metadata: { name: "pubsub" }, spec };
  for (const name of ["components", "subscriptions"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "components/pubsub.yaml"), JSON.stringify(pubsub));
  const subscriptions = readFileSync(join(root, "dapr/subscriptions/audit-service.yaml"));
  writeFileSync(join(folder, "subscriptions/audit-service.yaml"), subscriptions);
  const nameResolution = {
    component: "sqlite",
    version: "v1",
    configuration: { connectionString: join(folder, "n.db") },
  };
  const configuration = { nameResolution, features: [{ name: "HotReload", enabled: false }] };
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({
      apiVersion: "dapr.io/v1alpha1",
      kind: "Configuration",
      metadata: { name: "x" },
      spec: configuration,
    }),
  );
}

async function startSidecar(appId: string, password: string) {
  const port = await freePort();
  const { daprd } = await buildDapr({ tell: console.log, signal: new AbortController().signal });
  const args = await daprdFlags({
    ...{ appId, appPort: consumer.port, httpPort: port, folder, identity: [], appHealth: undefined },
    configurations: [join(folder, "config.json")],
  });
  const child = await startChild({
    ...{ name: appId, program: daprd, args, log: join(folder, `${appId}.log`) },
    env: { DAPR_HOST_IP: "127.0.0.1", KAFKA_PASSWORD: password },
    isReady: (_, signal) => untilOk(`http://127.0.0.1:${port}/v1.0/healthz`, signal),
    ...{ onStart: () => {}, tell: console.log },
  });
  return { port, child };
}

async function publish(topic: string, data: object): Promise<number> {
  const url = `http://127.0.0.1:${backend.port}/v1.0/publish/pubsub/${topic}`;
  const headers = { "content-type": "application/json" };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(data) })).status;
}
const arrives = (name: string) => until(name, async () => consumer.names.includes(name));

test("what the backend publishes reaches the audit service, and what that drops the dead letters", async () => {
  assert.equal(await publish("task-events", { name: "first" }), 204);
  assert.equal(await publish("audit-logs", { name: "of accounts" }), 204);
  assert.equal(await publish("task-events", { name: "poison", isPoison: true }), 204);
  await arrives("first");
  await arrives("of accounts");
  await until("the dead letter", async () => (await readDeadLetters(broker.open)).length === 1);
});

test("an account that may not write where it wants to is refused", async () => {
  assert.ok((await publish("task-events-dead-letters", { name: "not mine" })) >= 400);
});

test("another password: the sidecar goes on, and only one that knows it begins anew, where the other was", async () => {
  const next = newSecret();
  await broker.changePassword("audit-service", next);
  assert.equal(await publish("task-events", { name: "meanwhile" }), 204);
  await arrives("meanwhile");
  await audit.child.stop(8_000);
  await assert.rejects(startSidecar("audit-service", accounts["audit-service"]), /could not be started/);
  assert.equal(await publish("task-events", { name: "while it was away" }), 204);
  audit = await startSidecar("audit-service", next);
  await arrives("while it was away");
  assert.equal(new Set(consumer.names).size, consumer.names.length, "an event came twice");
});
