/**
 * `node tools/stack/test/events-in-a-cluster.ts`: what `npm run cluster:events` runs in its pod, with the pod's settings, at a broker like
 * Strimzi's (TLS, SCRAM, the rights of strimzi/base/users.yaml) and at the roles' own addresses. Needs Java.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Admin, Consumer, Producer } from "@platformatic/kafka";
import { withClient } from "@tend/service-kit/with-client";
import { databaseRoles } from "../../cluster/secrets.ts";
import { readExtents, toBroker } from "../../engine/kafka-log.ts";
import { readRecords } from "../../events/read-records.ts";
import { eventsRole } from "../../launcher/events-role.ts";
import { credentials, newSecret } from "../../launcher/secrets.ts";
import { startTend } from "../../launcher/test/tend.ts";
import { startTestPostgres } from "../../postgres/test-server.ts";
import { allTopics } from "../kafka.ts";
import { makeCertificate, startSecureBroker } from "./secure-broker.ts";

const folder = mkdtempSync(join(tmpdir(), "tend-events-"));
const password = newSecret();
const accounts = { events: password, "audit-service": newSecret() };
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let broker: Awaited<ReturnType<typeof startSecureBroker>>;

before(async () => {
  [postgres, broker] = await Promise.all([startTestPostgres(), startSecureBroker({ accounts, topics: allTopics })]);
  for (const pod of ["job", "pod"]) mkdirSync(join(folder, pod));
  const write = (name: string, text: string) => writeFileSync(join(folder, "job", name), text);
  write("database-url", postgres.url);
  for (const role of databaseRoles)
    write(credentials(role), Object.assign(new URL(postgres.url), { username: role, password: newSecret() }).href);
  const prepared = await run("prepare-database", [], { DATA_DIR: join(folder, "job") });
  assert.match(prepared.output, /Applied todo\//);
  copyFileSync(join(folder, "job", credentials(eventsRole)), join(folder, "pod", credentials(eventsRole)));
});
after(async () => {
  await Promise.all([broker.stop(), postgres.stop()]);
  await rm(folder, { recursive: true });
});

/** A command of the image, with what the pod of k8s/base/events.yaml is given. */
async function run(command: string, args: string[], env: Record<string, string> = {}) {
  const place = { dataFolder: join(folder, "pod"), port: 3000, started: [] };
  const given = {
    DATABASE_URL: "postgres://elsewhere/tend",
    KAFKA_BROKERS: broker.address,
    KAFKA_USER: "events",
    KAFKA_PASSWORD: password,
    KAFKA_CA: broker.ca,
  };
  const tend = startTend(place, { command, args, env: { ...given, ...env } });
  return { code: await tend.ended, output: tend.output() };
}

async function putLetter(id: string, topic: string): Promise<void> {
  const producer = new Producer(toBroker(broker.open));
  const headers = { __topic: topic, __partition: "2", __offset: "7", partitionKey: `task-${id}` };
  const message = {
    topic: `${topic}-dead-letters`,
    partition: 1,
    key: Buffer.from(`task-${id}`),
    value: Buffer.from(JSON.stringify({ id, type: "task.created.v1" })),
    headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  };
  await producer.send({ acks: -1, messages: [message] });
  await producer.close();
}

async function idsIn(topic: string): Promise<string[]> {
  const options = toBroker(broker.open);
  const [admin, consumer] = [new Admin(options), new Consumer({ ...options, groupId: "test" })];
  const extents = await readExtents(admin, [topic]);
  const records = (await Promise.all(extents.map((extent) => readRecords(consumer, extent)))).flat();
  await Promise.all([admin.close(), consumer.close()]);
  return records.map(({ partition, value }) => `${partition} ${JSON.parse(String(value)).id}`);
}

const inDatabase = (text: string, values: unknown[] = []) =>
  withClient({ connectionString: postgres.url }, async (client) => (await client.query(text, values)).rows);

async function park(id: string): Promise<void> {
  const text = `insert into todo.outbox (seq, event_id, lane, topic, partition_key, payload, parked_at, error)
    values (1, $1, 0, 'task-events', 'task', '{"type": "task.created.v1", "time": "2026-11-21T12:00:00Z"}', now(), 'too large')`;
  await inDatabase(text, [id]);
}

test("dead letters of every topic are listed, shown, and sent again over TLS by the account's own rights", async () => {
  for (const topic of ["task-events", "reminders", "audit-logs"]) await putLetter(`letter of ${topic}`, topic);
  const listed = await run("events", ["list"]);
  assert.match(listed.output, /^0 parked events\n3 dead letters\n/);
  const shown = await run("events", ["show", "reminders-dead-letters/1/0"]);
  assert.match(shown.output, /letter of reminders/);
  const one = await run("events", ["retry", "reminders-dead-letters/1/0"]);
  assert.match(one.output, /1 dead letter sent again/);
  assert.deepEqual(await idsIn("reminders"), ["2 letter of reminders"]);
  assert.match((await run("events", ["retry"])).output, /2 dead letters sent again/);
  for (const topic of ["task-events", "audit-logs"]) assert.deepEqual(await idsIn(topic), [`2 letter of ${topic}`]);
  assert.match((await run("events", ["list"])).output, /^0 dead letters$/m);
});

test("a parked event is listed, and given to the relay again", async () => {
  const id = randomUUID();
  await park(id);
  assert.match((await run("events", ["list"])).output, new RegExp(`^1 parked event\\n.*${id} .*too large`));
  assert.equal((await run("events", ["retry", id])).code, 0);
  assert.deepEqual(await inDatabase("select event_id as id, parked_at, error from todo.outbox"), [
    { id, parked_at: null, error: null },
  ]);
});

test("another account may do nothing of it, a wrong password or another authority lets in nobody", async () => {
  await putLetter("one more", "task-events");
  const audit = { KAFKA_USER: "audit-service", KAFKA_PASSWORD: accounts["audit-service"] };
  const [letter] = (await run("events", ["list"])).output.match(/task-events-dead-letters\/\S+/) ?? [];
  assert.ok(letter);
  const { ca } = await makeCertificate(folder);
  const wrong: [Record<string, string>, RegExp][] = [
    [audit, /^The broker at localhost:\d+ cannot be asked: Topic authorization failed/m],
    [{ KAFKA_PASSWORD: newSecret() }, /^The broker at localhost:\d+ cannot be asked: SASL authentication failed/m],
    [{ KAFKA_CA: ca }, /^The broker at localhost:\d+ cannot be asked: .*certificate/m],
  ];
  for (const [env, refusal] of wrong) {
    const { code, output } = await run("events", ["retry", letter], env);
    assert.equal(code, 2, output);
    assert.match(output, refusal);
  }
  assert.deepEqual((await idsIn("task-events")).length, 1);
});

test("another password: connections that are open go on, and only the new one opens others", async () => {
  const account = { user: "events", password, ca: readFileSync(broker.ca, "utf8") };
  const admin = new Admin(toBroker(broker.address, account));
  assert.equal((await admin.listTopics()).length, 6);
  const next = newSecret();
  await broker.changePassword("events", next);
  assert.equal((await admin.listTopics()).length, 6);
  await admin.close();
  assert.equal((await run("events", ["list"])).code, 2);
  const { code, output } = await run("events", ["list"], { KAFKA_PASSWORD: next });
  assert.equal(code, 0, output);
});
