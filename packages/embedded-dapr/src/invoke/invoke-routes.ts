import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AppChannel } from "../app-channel.ts";
import type { AppContext } from "../app-context.ts";
import { DaprError, messageOf } from "../errors.ts";
import type { Resiliency } from "../resources/resiliency.ts";
import { childOf } from "../traceparent.ts";
import type { IsAllowed } from "./access-policy.ts";
import { canonicalPath, encodePath } from "./canonical-path.ts";
import { createInvocationPolicy, Final, type InvocationPolicy } from "./invocation-policy.ts";

export interface Callee {
  channel: AppChannel;
  isAllowed: IsAllowed;
}

export interface InvokeOptions {
  context: AppContext;
  callees: Map<string, Callee>;
  resiliency: Resiliency;
}

/** Bodies up to this size are kept so that an attempt can be repeated; larger or unsized ones stream through once. */
const replayable = 1_048_576;
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "host",
  "expect",
]);

/** The app answered with a failure that the policy may want to repeat. */
class FailedAnswer extends Error {
  readonly status: number;
  readonly answer: IncomingMessage;
  readonly body: Buffer;

  constructor(answer: IncomingMessage, body: Buffer) {
    super(`the app answered ${answer.statusCode}`);
    this.status = answer.statusCode!;
    this.answer = answer;
    this.body = body;
  }
}

/** `/v1.0/invoke/{app}/method/{path}`: any verb, bodies stream through. The header form is rewritten to it before routing. */
export function invokeRoutes(app: FastifyInstance, options: InvokeOptions): void {
  const policyOf = createPolicies(options.resiliency);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const handler = async (request: FastifyRequest<{ Params: { app: string; "*"?: string } }>, reply: FastifyReply) => {
    const { context, callees, resiliency } = options;
    const { app: calleeId } = request.params;
    const callee = callees.get(calleeId);
    const fail = (reason: string, status = 500) =>
      new DaprError(status, "ERR_DIRECT_INVOKE", `failed to invoke, id: ${calleeId}, err: ${reason}`);
    if (!callee) throw fail(`failed to resolve address: couldn't find service: ${calleeId}`);
    const [rawPath, query] = splitUrl(request.raw.url!);
    const path = canonicalPath(rawPath);
    if (calleeId !== context.appId && !callee.isAllowed(context.appId, request.method, path)) {
      const id = `spiffe://public/ns/default/${context.appId}`;
      const denied = `access control policy has denied access to id: ${id} operation: ${path} verb: ${request.method}`;
      throw fail(`rpc error: code = PermissionDenied desc = ${denied}`, 403);
    }
    const call = {
      method: request.method,
      path: encodePath(path) + query,
      headers: toCallee(request.headers, context.appId),
    };
    const { timeout } = resiliency.app(calleeId);
    const replay = await readReplayable(request.raw);
    const labels = { app_id: context.appId, callee: calleeId };
    const attempt = () => {
      if (callee.channel.failedHealth) throw new Error("app is not in a healthy state");
      return send(callee.channel, call, { body: replay ?? request.raw, timeout });
    };
    const once = async () => {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof FailedAnswer) throw error;
        // A streamed body is gone after the first attempt.
        if (replay === null) throw new Final(messageOf(error));
        throw error;
      }
    };
    try {
      const answer = await policyOf(calleeId, path).execute(once);
      context.metrics.invocations.inc({ ...labels, status: answer.statusCode });
      reply.hijack();
      reply.raw.writeHead(answer.statusCode!, fromCallee(answer.headers));
      answer.on("error", () => reply.raw.destroy());
      reply.raw.on("close", () => answer.destroy());
      answer.pipe(reply.raw);
    } catch (error) {
      const status = error instanceof FailedAnswer ? error.status : 500;
      context.metrics.invocations.inc({ ...labels, status });
      if (!(error instanceof FailedAnswer)) throw fail(messageOf(error));
      return reply.code(status).headers(fromCallee(error.answer.headers)).send(error.body);
    }
  };
  app.all("/v1.0/invoke/:app/method/*", handler);
  app.all("/v1.0/invoke/:app/method", handler);
}

/** One policy, and so one breaker, for each path of a callee; the hundred last used are kept, as in daprd. */
function createPolicies(resiliency: Resiliency): (callee: string, path: string) => InvocationPolicy {
  const policies = new Map<string, InvocationPolicy>();
  return (callee, path) => {
    const key = `${callee}:${path}`;
    const policy = policies.get(key) ?? createInvocationPolicy(resiliency.app(callee));
    policies.delete(key);
    policies.set(key, policy);
    if (policies.size > 100) policies.delete(policies.keys().next().value!);
    return policy;
  };
}

/** The path after `/method/`, and the query with its question mark. */
function splitUrl(url: string): [string, string] {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const method = path.indexOf("/method");
  return [path.slice(method + "/method/".length), at < 0 ? "" : url.slice(at)];
}

/** The body if it is small enough to be sent again, else null. */
async function readReplayable(request: IncomingMessage): Promise<Buffer | null> {
  const length = request.headers["content-length"];
  if (length === undefined) return request.headers["transfer-encoding"] === undefined ? Buffer.alloc(0) : null;
  if (Number(length) > replayable) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What only a sidecar may say, the caller cannot. */
function toCallee(incoming: IncomingHttpHeaders, caller: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(incoming)) {
    if (!hopByHop.has(name) && !name.startsWith("dapr-") && name !== "content-length") headers[name] = value;
  }
  const length = incoming["content-length"];
  if (length !== undefined) headers["content-length"] = length;
  return { ...headers, traceparent: childOf(incoming.traceparent), "dapr-caller-app-id": caller };
}

function fromCallee(incoming: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(incoming).filter(([name]) => !hopByHop.has(name)));
}

type Call = { method: string; path: string; headers: OutgoingHttpHeaders };

/** Resolves with an answer below 500 whose body is still to come. */
function send(
  channel: AppChannel,
  { method, path, headers }: Call,
  { body, timeout }: { body: Buffer | IncomingMessage; timeout: number | null },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = channel.open(method, path, headers);
    const late = () => outgoing.destroy(new Error(`no answer within ${timeout} ms`));
    const timer = timeout === null ? null : setTimeout(late, timeout);
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (timer) clearTimeout(timer);
      reject("code" in error ? channel.unreachable(error) : error);
    });
    outgoing.on("response", (answer) => {
      if (timer) clearTimeout(timer);
      if (answer.statusCode! < 500) return resolve(answer);
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => reject(new FailedAnswer(answer, Buffer.concat(chunks))));
    });
    if (Buffer.isBuffer(body)) outgoing.end(body.length > 0 ? body : undefined);
    else body.pipe(outgoing);
  });
}
