import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../free-port.ts";
import { type FrontDoorOptions, startFrontDoor } from "../front-door.ts";
import { forged, forwarded, notThere, refused } from "./front-door-cases.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const echo =
  (name: string): Answer =>
  ({ url, headers }, response) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify({ name, url, headers }));

async function upstream(answer: Answer, port = 0): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type DoorOptions = Partial<
  Pick<FrontDoorOptions, "trustedProxies" | "patienceMs"> & { backend: Answer; more: string[]; ui: Answer[] }
>;
async function openDoor({
  backend = echo("backend"),
  more = [] as string[],
  ui = [echo("ui")],
  ...options
}: DoorOptions = {}) {
  const port = await freePort();
  const pages = await Promise.all(ui.map((answer) => upstream(answer)));
  const upstreams = { backend: [await upstream(backend), ...more], ui: pages };
  const door = await startFrontDoor({ host: "127.0.0.1", port, trustedProxies: [], ...options, upstreams });
  closing.push(() => door.close());
  return { door, port, upstreams, base: `http://127.0.0.1:${port}` };
}
async function open(options: DoorOptions = {}) {
  const opened = await openDoor(options);
  opened.door.open();
  return opened;
}
/** As it is: fetch would tidy the path. */
const statusOf = (port: number, path: string) =>
  new Promise<number | undefined>((resolve, reject) =>
    request({ port, path, host: "127.0.0.1" }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end(),
  );
type Seen = { name: string; url: string; headers: Record<string, string> };
const seen = async (url: string, headers: Record<string, string> = {}) =>
  (await (await fetch(url, { headers })).json()) as Seen;

test("until it is opened it asks to come back", async () => {
  const { base } = await openDoor();
  const response = await fetch(base);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
});

test("a browser is shown a page that opens by itself, and an API's client is not", async () => {
  const { base, door } = await openDoor();
  const headers = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  const response = await fetch(base, { headers });
  expect([response.status, response.headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
  expect(await response.text()).toMatch(/http-equiv="refresh"[\s\S]*Tend is starting/);
  expect(await (await fetch(base, { headers, method: "POST" })).json()).toMatchObject({ code: "unavailable" });
  door.open();
  expect(await (await fetch(base, { headers })).json()).toMatchObject({ name: "ui" });
});

test.each(forwarded)("%s goes to the %s, path unchanged", async (path, name) => {
  const { base } = await open();
  expect(await seen(base + path)).toMatchObject({ name, url: path });
});

test.each(notThere)("%s is not there", async (path) => {
  const { base } = await open();
  const response = await fetch(base + path, {
    method: "POST",
    body: "<a/>",
    headers: { "content-type": "application/xml" },
  });
  expect([response.status, response.headers.get("content-type")]).toEqual([
    404,
    expect.stringMatching("^application/problem\\+json"),
  ]);
});

test.each(refused)("%s is refused: it might mean something else further on", async (path) => {
  const { port } = await open();
  expect(await statusOf(port, path)).toBe(400);
});

test("nobody outside can pretend to be a sidecar or another address", async () => {
  const { base, port } = await open();
  const { headers } = await seen(`${base}/api/v1/me`, forged);
  expect(Object.keys(headers).filter((name) => /^dapr-|^tend-|^forwarded$|^x-real-ip$/.test(name))).toEqual([]);
  expect(headers).toMatchObject({
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "http",
    "x-forwarded-host": `127.0.0.1:${port}`,
  });
});

test("a proxy named in TRUSTED_PROXIES is believed", async () => {
  const { base } = await open({ trustedProxies: ["127.0.0.0/8"] });
  const { headers } = await seen(`${base}/api/v1/me`, { "x-forwarded-for": "8.8.8.8", "x-forwarded-proto": "https" });
  expect(headers).toMatchObject({ "x-forwarded-for": "8.8.8.8, 127.0.0.1", "x-forwarded-proto": "https" });
});

test("a stream arrives piece by piece", async () => {
  const pieces: (() => void)[] = [];
  const backend: Answer = (_request, response) => {
    response.setHeader("content-type", "text/event-stream");
    response.write("data: 1\n\n");
    pieces.push(() => response.end("data: 2\n\n"));
  };
  const { base } = await open({ backend });
  const response = await fetch(`${base}/api/v1/stream`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toMatchObject({ value: "data: 1\n\n" });
  pieces[0]?.();
  expect(await reader?.read()).toMatchObject({ value: "data: 2\n\n" });
});

const names = async (base: string, times: number, init?: RequestInit) => {
  const found: string[] = [];
  for (let time = 0; time < times; time++)
    found.push(((await (await fetch(`${base}/api/v1/tasks`, init)).json()) as Seen).name);
  return found.sort();
};

test("each replica gets its share, and one that is taken out gets no more", async () => {
  const { base, upstreams } = await open({ more: [await upstream(echo("second"))] });
  expect(await names(base, 4)).toEqual(["backend", "backend", "second", "second"]);
  upstreams.backend.shift();
  expect(await names(base, 2)).toEqual(["second", "second"]);
});

test("a replica that refuses the connection is passed over, whatever is sent, and sent once", async () => {
  const arrived: string[] = [];
  const backend: Answer = (request, response) => {
    request.setEncoding("utf8").on("data", (text) => arrived.push(text));
    request.on("end", () => response.end(JSON.stringify({ name: "backend" })));
  };
  const { base } = await open({ backend, more: [`http://127.0.0.1:${await freePort()}`] });
  expect(await names(base, 4, { method: "POST", body: "a task" })).toEqual(Array(4).fill("backend"));
  expect(arrived).toEqual(Array(4).fill("a task"));
});

const version =
  (name: string): Answer =>
  (request, response) => {
    const isThere = request.url === "/inbox" || request.url === `/_next/static/${name}.js`;
    response.writeHead(isThere ? 200 : 404).end(name);
  };
const answersOf = (url: string, init?: RequestInit) =>
  Promise.all(
    [1, 2].map(async () => {
      const response = await fetch(url, init);
      return `${response.status} ${await response.text()}`;
    }),
  );

test("a part of a page comes from the version that has it, while two are at work", async () => {
  const { base } = await open({ ui: [version("old"), version("new")] });
  expect(await answersOf(`${base}/_next/static/old.js`)).toEqual(["200 old", "200 old"]);
  expect(await answersOf(`${base}/_next/static/new.js`)).toEqual(["200 new", "200 new"]);
});

test("what no version has is not there, and what is no part of a page is asked for once", async () => {
  const { base } = await open({ ui: [version("old"), version("new")] });
  expect((await answersOf(`${base}/_next/static/gone.js`)).map((answer) => answer.slice(0, 3))).toEqual(["404", "404"]);
  expect((await answersOf(`${base}/elsewhere`)).sort()).toEqual(["404 new", "404 old"]);
});

test("a replica that comes back gets its share, and one that is taken out after that none", async () => {
  const port = await freePort();
  const { base, upstreams } = await open({ more: [`http://127.0.0.1:${port}`] });
  const atOnce = async (times: number) =>
    (await Promise.all(Array.from({ length: times }, () => names(base, 1)))).flat();
  expect(await atOnce(20)).toEqual(Array(20).fill("backend"));
  await upstream(echo("second"), port);
  expect((await atOnce(20)).sort()).toEqual([...Array(10).fill("backend"), ...Array(10).fill("second")]);
  upstreams.backend.shift();
  expect(await atOnce(20)).toEqual(Array(20).fill("second"));
});

test("what takes too long is not asked for again by itself", async () => {
  const { base } = await open({ backend: () => {}, patienceMs: 100 });
  const response = await fetch(`${base}/docs`, { headers: { accept: "text/html" } });
  expect([response.status, response.headers.get("retry-after")]).toEqual([504, null]);
  expect(await response.json()).toMatchObject({ status: 504, title: "Tend took too long" });
});

test("what may have arrived is not sent again", async () => {
  let times = 0;
  const breaking: Answer = (request) => {
    times++;
    request.socket.destroy();
  };
  const { base } = await open({ backend: breaking, more: [await upstream(breaking)] });
  const response = await fetch(`${base}/api/v1/tasks`, { method: "POST", body: "a task" });
  expect([response.status, times]).toEqual([503, 1]);
});

test("a stream goes on at a replica that was taken out", async () => {
  const pieces: (() => void)[] = [];
  const backend: Answer = (_request, response) => {
    response.setHeader("content-type", "text/event-stream").write("data: 1\n\n");
    pieces.push(() => response.end("data: 2\n\n"));
  };
  const { base, upstreams } = await open({ backend });
  const response = await fetch(`${base}/api/v1/stream`);
  upstreams.backend.pop();
  pieces[0]?.();
  expect(await response.text()).toBe("data: 1\n\ndata: 2\n\n");
});

test("a part that is down is a 503 that asks to come back", async () => {
  const port = await freePort();
  const nobody = [`http://127.0.0.1:${await freePort()}`];
  const upstreams = { backend: nobody, ui: nobody };
  const door = await startFrontDoor({ host: "127.0.0.1", port, trustedProxies: [], upstreams });
  closing.push(() => door.close());
  door.open();
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/me`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await response.json()).toMatchObject({ status: 503, code: "unavailable" });
});

test("a taken port is said in one sentence", async () => {
  const { port } = await open();
  const ours = { host: "127.0.0.1", port, trustedProxies: [], upstreams: { backend: [], ui: [] } };
  await expect(startFrontDoor(ours)).rejects.toThrow(`Port ${port} is in use`);
});
