import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import httpProxy from "@fastify/http-proxy";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { Fault } from "../bootstrap/fault.mjs";
import { connectTo, type ReplicaOptions } from "./replicas.ts";

export type FrontDoor = {
  /** Until then every request is answered 503 with Retry-After. */
  open(): void;
  close(): Promise<void>;
};
/** Where the replicas of backend and UI listen, such as http://127.0.0.1:4000. */
export type Upstreams = { backend: string[]; ui: string[] };
export type FrontDoorOptions = {
  host: string;
  port: number;
  /** Asked at each request: one that is taken out gets no more, and finishes those it has. */
  upstreams: Readonly<Upstreams>;
  /** Peers whose own X-Forwarded-* are believed: proxies before this one. */
  trustedProxies: string[];
  /** Longest wait for an answer to begin, in milliseconds; default 75 s. */
  patienceMs?: number;
};

const toBackend = ["/api/v1", "/api/auth", "/docs", "/health"];
const closed = ["/api", "/metrics", "/dapr"];

/** The one port that the outside reaches. Takes the port at once, so that a taken one is known early. */
export async function startFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  let isOpen = false;
  const app = Fastify({
    logger: false,
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: "idle",
    routerOptions: { ignoreDuplicateSlashes: false },
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => void problem(reply, 400, "The path is not a plain one"),
  });
  app.addHook("onRequest", async (request, reply) => {
    if (!isOpen) return away(request, reply, "Tend is starting");
    if (!isPlainPath(request.raw.url ?? "")) return problem(reply, 400, "The path is not a plain one");
  });
  for (const prefix of closed)
    for (const url of [prefix, `${prefix}/*`]) app.all(url, { onRequest: notFound }, notFound);
  const { trustedProxies, upstreams, patienceMs = 75_000 } = options;
  const common = { trustedProxies, patienceMs };
  for (const prefix of toBackend) await forward(app, prefix, { ...common, addresses: upstreams.backend });
  await forward(app, "/", { ...common, addresses: upstreams.ui });
  await listen(app, options);
  return {
    open: () => {
      isOpen = true;
    },
    close: () => closeSoon(app),
  };
}

/** Finishes what runs, but for streams, which have no end of their own. */
async function closeSoon(app: FastifyInstance) {
  const timer = setTimeout(() => app.server.closeAllConnections(), 500);
  await app.close();
  clearTimeout(timer);
}

type Forwarding = Pick<FrontDoorOptions, "trustedProxies"> & ReplicaOptions;

/** Refuses. */
const nobody = "http://127.0.0.1:0";

async function forward(app: FastifyInstance, prefix: string, { trustedProxies, ...replicas }: Forwarding) {
  const { addresses } = replicas;
  const isTrusted = trust(trustedProxies);
  const headersFor = (request: FastifyRequest, headers: IncomingHttpHeaders) => forwarded(request, headers, isTrusted);
  let turn = 0;
  await app.register(httpProxy, {
    upstream: "",
    prefix,
    rewritePrefix: prefix,
    // Development servers reload the page over one.
    websocket: prefix === "/",
    undici: connectTo(replicas),
    replyOptions: {
      getUpstream: () => addresses[turn++ % addresses.length] ?? nobody,
      rewriteRequestHeaders: (request, headers) => headersFor(request as FastifyRequest, headers),
      onError: (reply, { error }) => failed(reply as FastifyReply, error),
    },
  });
}

/** The same path must mean the same to us and to those behind us: no dot segments, doubled slashes, backslashes or encoded forms of them. */
const isPlainPath = (url: string) =>
  !/\/\.{1,2}(?:[/;]|$)|\/\/|\\|%(?:2e|2f|5c|00)/i.test(url.split(/[?#]/, 1)[0] ?? "");

const dropped =
  /^(?:dapr-|tend-refusal$|x-forwarded-|forwarded$|x-real-ip$|connection$|keep-alive$|te$|trailer$|upgrade$|proxy-)/;

function forwarded(
  request: FastifyRequest,
  headers: IncomingHttpHeaders,
  isTrusted: (address: string) => boolean,
): IncomingHttpHeaders {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.test(name)));
  const peer = request.raw.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  const given = isTrusted(peer) ? request.headers : {};
  const before = first(given["x-forwarded-for"]);
  return {
    ...kept,
    "x-forwarded-for": before ? `${before}, ${peer}` : peer,
    "x-forwarded-proto": first(given["x-forwarded-proto"]) ?? "http",
    "x-forwarded-host": first(given["x-forwarded-host"]) ?? request.headers.host ?? "",
  };
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

function trust(ranges: string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (isIP(address) === 0)
      throw new Fault(
        `Wrong settings: TRUSTED_PROXIES holds "${range}", which is no address and no range such as 10.0.0.0/8 (see .env.example).`,
      );
    if (bits) list.addSubnet(address, Number(bits), family);
    else list.addAddress(address, family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

const waitingPage = readFileSync(new URL("./waiting-page.html", import.meta.url), "utf8");

/** Asks to come back; a browser that wants a page is given one that does so by itself. */
function away({ method, headers }: FastifyRequest, reply: FastifyReply, title: string) {
  reply.header("retry-after", "1").header("cache-control", "no-store");
  if (method !== "GET" || !headers.accept?.includes("text/html")) return problem(reply, 503, title);
  return reply.code(503).type("text/html; charset=utf-8").send(waitingPage.replace("TITLE", title));
}

/** What took too long would do so again: nobody is asked to repeat it. */
function failed(reply: FastifyReply, error: Error) {
  const isTooLong = "code" in error && error.code === "FST_REPLY_FROM_GATEWAY_TIMEOUT";
  return isTooLong ? problem(reply, 504, "Tend took too long") : away(reply.request, reply, "Tend is restarting");
}

const notFound = async (_request: FastifyRequest, reply: FastifyReply) => problem(reply, 404, "Not found");

function problem(reply: FastifyReply, status: number, title: string) {
  const code = { 400: "bad_path", 404: "not_found" }[status] ?? "unavailable";
  return reply
    .code(status)
    .type("application/problem+json")
    .send(JSON.stringify({ type: "about:blank", title, status, detail: `${title}.`, code }));
}

async function listen(app: FastifyInstance, { host, port }: FrontDoorOptions) {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EADDRINUSE")
      throw new Fault(
        `Port ${port} is in use by another program: stop that one, or choose another port (PORT=${port + 1}).`,
      );
    if (code === "EACCES")
      throw new Fault(`Port ${port} may not be used by this account: choose one above 1023 (PORT=3000).`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new Fault(
        `HOST=${host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses.`,
      );
    throw error;
  }
}
