import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AppChannel } from "../app-channel.ts";
import type { AppContext } from "../app-context.ts";
import { DaprError, messageOf } from "../errors.ts";
import type { Resiliency } from "../resources/resiliency.ts";
import type { IsAllowed } from "./access-policy.ts";
import { canonicalPath, encodePath } from "./canonical-path.ts";
import { type Call, FailedAnswer, forward, fromCallee, readReplayable, toCallee } from "./forward.ts";
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

type InvokeRequest = FastifyRequest<{ Params: { app: string; "*"?: string } }>;
type PolicyOf = (callee: string, path: string) => InvocationPolicy;

/** `/v1.0/invoke/{app}/method/{path}`: any verb, bodies stream through. The header form is rewritten to it before routing. */
export function invokeRoutes(app: FastifyInstance, options: InvokeOptions): void {
  const { context } = options;
  const policyOf = createPolicies(options.resiliency);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const handler = async (request: InvokeRequest, reply: FastifyReply) => {
    const { callee, path, query } = resolve(options, request);
    const count = (status: number | undefined) =>
      context.metrics.invocations.inc({ app_id: context.appId, callee: callee.channel.appId, status });
    try {
      const answer = await invoke(options, request, { callee, path, query, policyOf });
      count(answer.statusCode);
      stream(answer, reply);
    } catch (thrown) {
      const error = thrown instanceof Final ? thrown.cause : thrown;
      if (!(error instanceof FailedAnswer)) {
        const status = error instanceof Denied ? 403 : 500;
        count(status);
        throw failure(callee.channel.appId, messageOf(error), status);
      }
      count(error.status);
      return reply.code(error.status).headers(error.headers).send(error.body);
    }
  };
  app.all("/v1.0/invoke/:app/method/*", handler);
  app.all("/v1.0/invoke/:app/method", handler);
}

function failure(callee: string, reason: string, status = 500): DaprError {
  return new DaprError(status, "ERR_DIRECT_INVOKE", `failed to invoke, id: ${callee}, err: ${reason}`);
}

/** The callee's access policy says no. Dapr tries it again and counts it like any failure. */
class Denied extends Error {}

/** Who is asked for what; throws when there is no such app. */
function resolve({ callees }: InvokeOptions, { params, raw }: InvokeRequest) {
  const callee = callees.get(params.app);
  if (!callee) throw failure(params.app, `failed to resolve address: couldn't find service: ${params.app}`);
  const url = raw.url!;
  const at = url.indexOf("?");
  const rawPath = at < 0 ? url : url.slice(0, at);
  const path = canonicalPath(rawPath.slice(rawPath.indexOf("/", "/v1.0/invoke/".length) + "/method/".length));
  return { callee, path, query: at < 0 ? "" : url.slice(at) };
}

function checkAccess(caller: string, { channel, isAllowed }: Callee, verb: string, path: string): void {
  if (caller === channel.appId || isAllowed(caller, verb, path)) return;
  const who = `id: spiffe://public/ns/default/${caller} operation: ${path} verb: ${verb}`;
  throw new Denied(`rpc error: code = PermissionDenied desc = access control policy has denied access to ${who}`);
}

type Resolved = { callee: Callee; path: string; query: string; policyOf: PolicyOf };

async function invoke(options: InvokeOptions, request: InvokeRequest, resolved: Resolved): Promise<IncomingMessage> {
  const { callee, path, query, policyOf } = resolved;
  const { channel } = callee;
  const { timeout } = options.resiliency.app(channel.appId);
  const body = await readReplayable(request.raw);
  const headers = toCallee(request.headers, options.context.appId);
  const call: Call = { method: request.method, path: encodePath(path) + query, headers, body };
  return (await policyOf(channel.appId, path).execute(async () => {
    try {
      checkAccess(options.context.appId, callee, call.method, path);
      if (channel.failedHealth) throw new Error("app is not in a healthy state");
      return await forward({ channel, call, request: request.raw, timeout });
    } catch (error) {
      // A streamed body is gone after the first attempt.
      throw body === null ? new Final("not to be repeated", { cause: error }) : error;
    }
  })) as IncomingMessage;
}

function stream(answer: IncomingMessage, reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(answer.statusCode!, fromCallee(answer.headers));
  answer.on("error", () => reply.raw.destroy());
  reply.raw.on("close", () => answer.destroy());
  answer.pipe(reply.raw);
}

/** One policy, and so one breaker, for each path of a callee; the hundred last used are kept, as in daprd. */
function createPolicies(resiliency: Resiliency): PolicyOf {
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
