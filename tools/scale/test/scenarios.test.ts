import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { figures, shipped } from "../figures.ts";
import { withTables } from "../page.ts";
import { endOf, partRows, poolsOf } from "../parts.ts";
import { type Burst, burst, hotKey, mostInTime, storm } from "../scenarios.ts";
import { tables } from "../tables.ts";

const small: Burst = { reminders: 1_800, backends: 3, relays: 1, relayRate: 384, partitions: 12, consumers: 3 };
const worst = (values: number[]) => values.at(-1) ?? 0;

test("docs/scale.md shows what `npm run scale` prints: otherwise `npm run scale -- --write`", () => {
  const page = readFileSync(join(root, "docs/scale.md"), "utf8");
  expect(withTables(page, tables())).toBe(page);
});

test("what the page says in short is what its tables say", () => {
  const short = /## In short\n([\s\S]*?)\n## /.exec(readFileSync(join(root, "docs/scale.md"), "utf8"))?.[1] ?? "";
  const said = [...short.matchAll(/^\| ([\d.,]+ ×)/gm)].map(([, factor]) => factor);
  expect(said).toHaveLength(7);
  expect(partRows.map((row) => row.at(-1))).toEqual(expect.arrayContaining(said));
});

test("a page that leaves a table out, or names another, is refused", () => {
  const one = new Map([["load", "| x |"]]);
  expect(() => withTables("", one)).toThrow("no place for the table load");
  expect(() => withTables("<!-- scale: other -->\n<!-- end -->", one)).toThrow("which there is not");
  expect(withTables("<!-- scale: load -->\nold\n<!-- end -->", one)).toBe("<!-- scale: load -->\n| x |\n<!-- end -->");
});

test("no burst is over before its slowest stage could do it, none is lost, and mail comes after the app", () => {
  const { inApp, mailed } = burst(small);
  expect([inApp.length, mailed.length]).toEqual([1_800, 1_800]);
  expect(worst(inApp)).toBeGreaterThan((1_800 / 384) * 1_000);
  expect(worst(mailed)).toBeGreaterThan((1_800 / (3 * figures.mail.value)) * 1_000);
  expect(inApp.every((at, index) => (mailed[index] ?? 0) > at)).toBe(true);
});

test("more of the stage that limits helps, and more of another does not", () => {
  const consumers = worst(burst({ ...small, consumers: 12 }).inApp);
  expect(consumers / worst(burst(small).inApp)).toBeGreaterThan(0.95);
  expect(worst(burst({ ...small, relays: 8 }).inApp) / worst(burst(small).inApp)).toBeLessThan(0.5);
});

test("the most that is in time is in time, and a little more is not", () => {
  const most = mostInTime(small);
  const p99 = (reminders: number) => {
    const { inApp } = burst({ ...small, reminders });
    return inApp[Math.floor(inApp.length * 0.99)] ?? 0;
  };
  expect(p99(most)).toBeLessThanOrEqual(2_000);
  expect(p99(most + 1)).toBeGreaterThan(2_000);
});

test("the measured burst is not later than the model says, and the model not twice as late", () => {
  const { inApp } = burst({
    ...small,
    reminders: 2_000,
    backends: 1,
    relayRate: figures.relayEmbedded.value,
    consumers: 1,
  });
  const modelled = inApp[Math.floor(inApp.length * 0.99)] ?? 0;
  expect(modelled).toBeGreaterThan(figures.burst.value);
  expect(modelled).toBeLessThan(2 * figures.burst.value);
});

test("a hot key holds the others up once its calls fill the time, and not before", () => {
  const p99 = (hot: number) => {
    const { late } = hotKey({ hot, others: 100, callMs: 20, eachMs: 0.5 });
    return late[Math.floor(late.length * 0.99)] ?? 0;
  };
  expect(p99(20) / p99(0)).toBeLessThan(2);
  expect(p99(80)).toBeGreaterThan(5_000);
});

test("a storm takes what its pages take one after the other, unless it is spread over longer", () => {
  expect(worst(storm(20_000, 10, 0))).toBeCloseTo(2_000 * figures.open.value, 3);
  expect(worst(storm(20_000, 10, 30_000))).toBeLessThan(5 * figures.open.value);
  expect(worst(storm(200, 10, 30_000))).toBeCloseTo(figures.open.value, 3);
});

test("the spread that ships is as long as the pages of 520 × take, and not longer", () => {
  const waits = (factor: number) => worst(storm(200 * factor, shipped.backends, shipped.comeBackSeconds * 1_000));
  expect(waits(470)).toBeLessThan(100);
  expect(waits(570)).toBeGreaterThan(300);
});

test("a part ends where it needs all that there is", () => {
  expect(endOf({ needed: (factor) => 2 * factor, largest: 10 })).toBeCloseTo(5, 4);
  expect(endOf({ needed: (factor) => factor ** 2, largest: 0.04 })).toBeCloseTo(0.2, 4);
});

const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

test("what ships is what the manifests say", () => {
  expect(read("strimzi/base/topics.yaml").match(/partitions: (\d+)/)?.[1]).toBe(String(shipped.partitions));
  expect(read("strimzi/base/topics.yaml").match(/retention\.ms: (\d+)/)?.[1]).toBe(
    String(shipped.topicDays * 86_400_000),
  );
  expect(read("strimzi/base/topics.yaml").match(/replicas: (\d+)/)?.[1]).toBe(String(shipped.copies));
  expect(read("strimzi/base/node-pools.yaml")).toContain(`size: ${shipped.brokerDisk}Gi`);
  expect(read("k8s/overlays/prod/kustomization.yaml")).toContain(
    `/spec/maxReplicaCount, value: ${shipped.consumers} }`,
  );
  expect(read("k8s/base/apps/todo-backend.yaml")).toContain(`maxReplicas: ${shipped.backends}\n`);
  expect(read("k8s/base/apps/todo-backend.yaml")).toContain(`limits: { cpu: "2", memory: ${shipped.backendMemory}Mi }`);
  expect(read("backend/src/modules/events/relay.ts")).toContain(`const lanes = ${shipped.lanes};`);
  expect(read("backend/src/modules/events/events.routes.ts")).toContain(
    `const spreadMs = ${shipped.comeBackSeconds}_000;`,
  );
  expect(read("packages/service-kit/src/inbox.ts")).toContain(`inboxKeptDays = ${shipped.inboxDays};`);
  expect(read("notification-service/src/modules/notifications/notifications.repository.ts")).toContain(
    `keptDays = ${shipped.noticeDays};`,
  );
  const postgres = read("k8s/components/postgres/cluster.yaml");
  expect(postgres).toContain(`max_connections: "${shipped.connections}"`);
  expect(read("dapr/components/statestore.yaml")).toContain(
    `name: maxConns\n      value: "${shipped.sidecarConnections}"`,
  );
  expect(read("k8s/base/shared/pod.yaml")).toContain(`maxSurge: ${shipped.surge},`);
  expect(postgres).toContain(`limits: { cpu: "${shipped.postgresCores}"`);
  expect(postgres).toContain(`storage: { size: ${shipped.postgresDisk}Gi }`);
});

test("the pools of the largest that ships are let in, and of twice as many backends are not", () => {
  expect(poolsOf(shipped.backends + shipped.surge, shipped.consumers + shipped.surge)).toBeLessThan(
    shipped.connections,
  );
  expect(poolsOf(2 * shipped.backends, shipped.consumers)).toBeGreaterThan(shipped.connections);
});
