import { until } from "@tend/service-kit/testing";
import { expect, it } from "vitest";
import type { Suite } from "./suite.ts";

const store = "/v1.0/state/statestore";

export function stateCases(suite: () => Suite): void {
  it("saves, gets and deletes", async () => {
    const { client } = suite();
    expect((await client.post(store, [{ key: "a", value: { n: 1 } }])).status).toBe(204);
    const found = await client.call(`${store}/a`);
    expect(found).toMatchObject({ status: 200, json: { n: 1 } });
    expect(found.headers.get("etag")).toBeTruthy();
    expect((await client.call(`${store}/a`, { method: "DELETE" })).status).toBe(204);
    expect(await client.call(`${store}/a`)).toMatchObject({ status: 204, text: "" });
    expect((await client.call(`${store}/a`, { method: "DELETE" })).status).toBe(204);
  });

  it("keeps every kind of JSON value", async () => {
    const { client } = suite();
    for (const value of ["text", 1.5, true, [1, "zwei", null], { deep: { er: [] } }, "ünï 💧"]) {
      await client.post(store, [{ key: "kinds", value }]);
      expect((await client.call(`${store}/kinds`)).json).toEqual(value);
    }
  });

  it("separates the apps' keys", async () => {
    const { client, caller, target } = suite();
    await client.post(store, [{ key: "mine", value: 1 }]);
    const { baseUrl, apiToken } = target.endpoint(caller.appId);
    expect((await fetch(`${baseUrl}${store}/mine`, { headers: { "dapr-api-token": apiToken } })).status).toBe(204);
    expect((await client.post(store, [{ key: "caller||mine", value: 1 }])).status).toBe(400);
  });

  it("refuses a stale ETag with 409, on save and delete", async () => {
    const { client } = suite();
    await client.post(store, [{ key: "tagged", value: 1 }]);
    const first = (await client.call(`${store}/tagged`)).headers.get("etag")!;
    expect((await client.post(store, [{ key: "tagged", value: 2, etag: first }])).status).toBe(204);
    expect((await client.post(store, [{ key: "tagged", value: 3, etag: first }])).status).toBe(409);
    expect((await client.post(store, [{ key: "tagged", value: 3, etag: "not-a-uuid" }])).status).toBe(409);
    expect((await client.call(`${store}/tagged`, { method: "DELETE", headers: { "if-match": first } })).status).toBe(
      409,
    );
    const present = await client.call(`${store}/tagged`);
    expect(present.json).toBe(2);
    const etag = present.headers.get("etag")!;
    expect((await client.call(`${store}/tagged`, { method: "DELETE", headers: { "if-match": etag } })).status).toBe(
      204,
    );
  });

  it("refuses a first write on a key that is there", async () => {
    const { client } = suite();
    const options = { concurrency: "first-write" };
    expect((await client.post(store, [{ key: "first", value: 1, options }])).status).toBe(204);
    expect((await client.post(store, [{ key: "first", value: 2, options }])).status).toBe(500);
    expect((await client.call(`${store}/first`)).json).toBe(1);
  });

  it("forgets a value when its time is up", async () => {
    const { client } = suite();
    await client.post(store, [{ key: "short", value: 1, metadata: { ttlInSeconds: "1" } }]);
    expect((await client.call(`${store}/short`)).headers.get("metadata.ttlexpiretime")).toMatch(/^\d{4}-.*Z$/);
    await until(async () => (await client.call(`${store}/short`)).status === 204);
    await client.post(store, [{ key: "short", value: 2, options: { concurrency: "first-write" } }]);
    expect((await client.call(`${store}/short`)).json).toBe(2);
  });

  it("gets in bulk", async () => {
    const { client } = suite();
    await client.post(store, [
      { key: "b1", value: 1 },
      { key: "b2", value: { two: 2 } },
    ]);
    const { status, json } = await client.post(`${store}/bulk`, { keys: ["b1", "b2", "b3"] });
    expect(status).toBe(200);
    const byKey = new Map((json as { key: string; data?: unknown }[]).map((item) => [item.key, item]));
    expect(byKey.get("b1")).toMatchObject({ data: 1, etag: expect.any(String) });
    expect(byKey.get("b2")).toMatchObject({ data: { two: 2 } });
    expect(byKey.get("b3")?.data).toBeUndefined();
  });

  it("saves each of a bulk by itself: a stale ETag keeps no other out", async () => {
    const { client } = suite();
    await client.post(store, [{ key: "s1", value: 1 }]);
    const etag = (await client.call(`${store}/s1`)).headers.get("etag")!;
    await client.post(store, [{ key: "s1", value: 2 }]);
    const refused = await client.post(store, [
      { key: "s2", value: 1 },
      { key: "s1", value: 3, etag },
    ]);
    expect(refused.status).toBe(409);
    expect((await client.call(`${store}/s1`)).json).toBe(2);
    await until(async () => (await client.call(`${store}/s2`)).status === 200);
  });

  it("rolls a transaction back when what it deletes has changed", async () => {
    const { client } = suite();
    await client.post(store, [{ key: "d1", value: 1 }]);
    const etag = (await client.call(`${store}/d1`)).headers.get("etag")!;
    await client.post(store, [{ key: "d1", value: 2 }]);
    const operations = [
      { operation: "upsert", request: { key: "d2", value: 1 } },
      { operation: "delete", request: { key: "d1", etag } },
    ];
    expect((await client.post(`${store}/transaction`, { operations })).status).toBe(500);
    expect((await client.call(`${store}/d1`)).json).toBe(2);
    expect((await client.call(`${store}/d2`)).status).toBe(204);
  });

  it("commits a transaction whole, or not at all", async () => {
    const { client } = suite();
    const upsert = (key: string, value: unknown, more = {}) => ({
      operation: "upsert",
      request: { key, value, ...more },
    });
    const first = { operations: [upsert("t1", 1), upsert("t2", 2)] };
    expect((await client.post(`${store}/transaction`, first)).status).toBe(204);
    const stale = { operations: [upsert("t1", 9), upsert("t2", 9, { etag: "9b2c6f0e-7d2d-4ef4-9a38-111111111111" })] };
    expect((await client.post(`${store}/transaction`, stale)).status).toBe(500);
    expect((await client.call(`${store}/t1`)).json).toBe(1);
    const last = { operations: [upsert("t1", 3), { operation: "delete", request: { key: "t2" } }] };
    expect((await client.post(`${store}/transaction`, last)).status).toBe(204);
    expect((await client.call(`${store}/t1`)).json).toBe(3);
    expect((await client.call(`${store}/t2`)).status).toBe(204);
  });

  it("refuses what it cannot read", async () => {
    const { client } = suite();
    expect((await client.post(store, "{")).status).toBe(400);
    expect((await client.post(store, [{ key: "", value: 1 }])).status).toBe(400);
    expect((await client.call("/v1.0/state/nowhere/a")).status).toBe(400);
  });
}
