import { until } from "@tend/service-kit/testing";
import type { FastifyRequest } from "fastify";
import { expect, test } from "vitest";
import { clientAddress, networkOf, proxyList } from "../src/auth/address.ts";
import { addRequests } from "../src/plugins/rate-limits.ts";
import { requestCounter } from "../src/plugins/request-counter.ts";
import { appApiToken, type TestApp, testApp } from "./support/app.ts";
import { publicUrl } from "./support/public-url.ts";

const signIn = (backend: TestApp, email: string, headers: Record<string, string> = {}) =>
  backend.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    headers: { origin: publicUrl, ...headers },
    payload: { email, password: "wrong password" },
  });
const statuses = async (count: number, send: (index: number) => Promise<{ statusCode: number }>) => {
  const all: number[] = [];
  for (let index = 0; index < count; index++) all.push((await send(index)).statusCode);
  return all;
};
const tenThenRefused = [...Array(10).fill(401), 429, 429];

test("ten attempts a minute for each address, wherever the sender says it is", async () => {
  await using backend = await testApp({ env: { RATE_LIMIT_SIGN_IN: "10" } });
  const forwarded = (last: string) => (index: number) =>
    signIn(backend, `a${index}@example.com`, { "x-forwarded-for": `10.0.0.${index}, ${last}` });
  expect(await statuses(12, forwarded("203.0.113.7"))).toEqual(tenThenRefused);
  expect(await statuses(1, forwarded("203.0.113.8"))).toEqual([401]);
  const refused = await forwarded("203.0.113.7")(99);
  expect([refused.json().code, Number(refused.headers["retry-after"]) > 0]).toEqual(["rate_limited", true]);
  const sixes = (index: number) =>
    signIn(backend, `b${index}@example.com`, { "x-forwarded-for": `2001:db8:1:2::${index + 1}` });
  expect(await statuses(12, sixes)).toEqual(tenThenRefused);
});

test("ten attempts a minute for each account, from wherever", async () => {
  await using backend = await testApp({ env: { RATE_LIMIT_SIGN_IN: "10" } });
  const from = (index: number) => signIn(backend, "Ada@example.com", { "x-forwarded-for": `203.0.113.${index}` });
  expect(await statuses(12, from)).toEqual(tenThenRefused);
  await backend.pool.query("update rate_limits set last_request = last_request - 60000");
  expect(await statuses(1, from)).toEqual([401]);
});

test("a sidecar's call counts by account only", async () => {
  await using backend = await testApp({ env: { RATE_LIMIT_SIGN_IN: "10" } });
  const send = (index: number) => signIn(backend, `c${index}@example.com`, { "dapr-api-token": appApiToken });
  expect(await statuses(12, send)).toEqual(Array(12).fill(401));
});

test("the API counts by account: its sessions and tokens together, hot routes too", async () => {
  await using backend = await testApp({ env: { RATE_LIMIT_API: "20" } });
  const [ada, eve] = [await backend.signUp(), await backend.signUp()];
  const read = await ada.makeToken(["read"]);
  const send = (index: number) =>
    index % 2 === 0
      ? backend.inject({ url: "/api/v1/tasks", headers: { authorization: `Bearer ${read}` } })
      : backend.inject({ url: "/api/v1/me", headers: ada.cookieHeaders });
  const all = await statuses(30, send);
  expect(all.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
  expect(all.filter((status) => status === 200).length).toBeLessThanOrEqual(22);
  expect(all.at(-1)).toBe(429);
  expect(Number((await send(0)).headers["retry-after"])).toBeGreaterThan(0);
  expect((await backend.inject({ url: "/api/v1/me", headers: eve.tokenHeaders })).statusCode).toBe(200);
});

test("a replica counts with the others: what they counted leaves less for it", async () => {
  const limit = 6_000;
  await using backend = await testApp({ env: { RATE_LIMIT_API: String(limit) } });
  const ada = await backend.signUp();
  const me = () => backend.inject({ url: "/api/v1/me", headers: ada.tokenHeaders });
  const { id: accountId } = (await me()).json();
  const elsewhere = async (count: number) => {
    const began = Date.now() - (Date.now() % 60_000);
    return (await addRequests(backend.pool, began, new Map([[accountId, count]]))).get(accountId) ?? 0;
  };
  let sent = 1;
  await until(async () => {
    await elsewhere(limit);
    sent++;
    return (await me()).statusCode === 429;
  });
  expect(sent).toBeLessThan(limit / 2);
});

test("replicas that count the same accounts at the same time lose nothing and do not hold each other up", async () => {
  await using backend = await testApp();
  const accounts = Array.from({ length: 50 }, () => crypto.randomUUID());
  const add = (began: number, from: string[]) =>
    addRequests(backend.pool, began, new Map(from.map((account) => [account, 2])));
  await Promise.all(Array.from({ length: 20 }, (_, at) => add(120_000, at % 2 ? accounts : accounts.toReversed())));
  expect(new Set((await add(120_000, accounts)).values())).toEqual(new Set([42]));
  expect(new Set((await add(180_000, accounts)).values())).toEqual(new Set([2]));
  expect(await add(120_000, accounts)).toEqual(new Map());
});

test("the count begins anew with the minute", async () => {
  let now = 120_500;
  const counter = requestCounter(2, () => now);
  counter.count("a");
  counter.count("a");
  expect(() => counter.count("a")).toThrow(expect.objectContaining({ status: 429, extra: { retryAfter: 60 } }));
  counter.count("b");
  await counter.share(async (began) => {
    expect(began).toBe(120_000);
    now = 180_000;
    counter.count("a");
    return new Map([["a", 100]]);
  });
  counter.count("a");
  expect(() => counter.count("a")).toThrow(expect.objectContaining({ status: 429 }));
});

test("an account below a hundredth of the limit is not worth a row", async () => {
  const counter = requestCounter(300, () => 120_500);
  const sent: ReadonlyMap<string, number>[] = [];
  const add = async (_began: number, counts: ReadonlyMap<string, number>) => {
    sent.push(counts);
    return new Map([["a", 3]]);
  };
  for (const account of ["a", "a", "b"]) counter.count(account);
  await counter.share(add);
  counter.count("a");
  await counter.share(add);
  counter.count("a");
  await counter.share(add);
  expect(sent).toEqual([new Map([["a", 3]]), new Map([["a", 1]])]);
});

test("what could not be shared is shared later, once", async () => {
  const counter = requestCounter(5, () => 120_500);
  counter.count("a");
  await expect(counter.share(() => Promise.reject(new Error("no database")))).rejects.toThrow("no database");
  const sent: [string, number][] = [];
  const add = async (_began: number, counts: ReadonlyMap<string, number>) => {
    sent.push(...counts);
    counter.count("a");
    return new Map([["a", 3]]);
  };
  await counter.share(add);
  await counter.share(async (_began, counts) => new Map([...counts].map(([id, count]) => [id, 3 + count])));
  await counter.share(add);
  expect(sent).toEqual([["a", 1]]);
  counter.count("a");
  expect(() => counter.count("a")).toThrow(expect.objectContaining({ status: 429 }));
});

const requestFrom = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } }) as unknown as FastifyRequest;

test("X-Forwarded-For is believed of trusted proxies only, nearest first", () => {
  const proxies = proxyList(["127.0.0.0/8", "::1", "10.1.0.0/16", "2001:db8::/32"]);
  const cases: [string, string | undefined, string][] = [
    ["203.0.113.9", "1.2.3.4", "203.0.113.9"],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["::ffff:127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"],
    ["127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.2.3", "1.2.3.4"],
    ["127.0.0.1", "nonsense, 10.1.2.3", "10.1.2.3"],
    ["::1", "2a00::7", "2a00::7"],
    ["2001:db8::5", "2a00::7", "2a00::7"],
  ];
  for (const [remote, forwarded, expected] of cases)
    expect(clientAddress(requestFrom(remote, forwarded), proxies)).toBe(expected);
  expect(() => proxyList(["nowhere"])).toThrow("TRUSTED_PROXIES");
});

test("an IPv6 network is its first 64 bits", () => {
  expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(networkOf("2001:0DB8:1:2::9")).toBe("2001:db8:1:2::/64");
  expect(networkOf("2001:db8::9")).toBe("2001:db8:0:0::/64");
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("203.0.113.9")).toBe("203.0.113.9");
});
