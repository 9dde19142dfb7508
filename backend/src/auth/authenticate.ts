import type { Scope } from "@tend/contracts";
import { problem } from "@tend/service-kit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { z } from "zod";
import type { Actor, Credential } from "./actor.ts";
import { cookieKey, findCredential } from "./credential.ts";
import { lookUpActor } from "./look-up-actor.ts";
import { comesFromOurPage } from "./origin.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a token needs. Default: `read` for GET and HEAD, else `write`; a dry run, where the route has one, needs `read`. */
    scope?: Scope;
    /** `public`: no account needed. `statement`: the handler's own statement looks the credential up (or calls `requireActor`). */
    auth?: "public" | "statement";
  }
  interface FastifyRequest {
    credential: Credential | null;
    /** Who is asking; throws where nobody has been looked up yet. */
    readonly actor: Actor;
    knownActor: Actor | null;
  }
}

export const apiPrefix = "/api/v1";

export const unauthenticated = () =>
  problem(401, "unauthenticated", "Sign in, or send an access token.", { headers: { "www-authenticate": "Bearer" } });
export const insufficientScope = (scope: Scope) =>
  problem(403, "insufficient_scope", `This access token lacks the scope "${scope}".`);
export const untrustedOrigin = () =>
  problem(403, "untrusted_origin", "A change by cookie must come from a page of this installation.");

const isApi = (request: FastifyRequest) => {
  const path = request.routeOptions.url ?? request.url;
  return path === apiPrefix || path.startsWith(`${apiPrefix}/`) || path.startsWith(`${apiPrefix}?`);
};
export const isRead = (method: string) => method === "GET" || method === "HEAD" || method === "OPTIONS";
const hasDryRun = (querystring: unknown) => querystring instanceof z.ZodObject && "dryRun" in querystring.shape;

/** The scope that this request needs; `dryRun` counts only where the route really has dry runs. */
export function requiredScope(request: FastifyRequest): Scope {
  const { config, schema } = request.routeOptions;
  if (config?.scope) return config.scope;
  if (isRead(request.method)) return "read";
  const { dryRun } = (request.query ?? {}) as { dryRun?: unknown };
  return (dryRun === "true" || dryRun === true) && hasDryRun(schema?.querystring) ? "read" : "write";
}

/** Looks the credential up once; throws the 401 or 403 that comes before everything else. */
export async function requireActor(request: FastifyRequest): Promise<Actor> {
  if (request.knownActor) return request.knownActor;
  if (!request.credential) throw unauthenticated();
  const actor = await lookUpActor(request.server.context.pool, request.credential);
  if (!actor) throw unauthenticated();
  request.server.learnAccount(request.credential.hash, actor.accountId);
  const scope = requiredScope(request);
  if (!actor.scopes.includes(scope)) throw insufficientScope(scope);
  request.knownActor = actor;
  return actor;
}

function refusalOf(check: () => void): Error | undefined {
  try {
    check();
  } catch (error) {
    return error as Error;
  }
}

async function plugin(app: FastifyInstance) {
  const { config } = app.context;
  const key = cookieKey(app.context);
  app.decorateRequest("credential", null);
  app.decorateRequest("knownActor", null);
  app.decorateRequest("actor", {
    getter(this: FastifyRequest) {
      if (!this.knownActor) throw new Error("nobody has been looked up for this request: call requireActor");
      return this.knownActor;
    },
  });

  const mayLookUpLater = (request: FastifyRequest, isForeign: boolean) =>
    request.routeOptions.config?.auth === "statement" && !isForeign && !request.headers["idempotency-key"];
  const isFromForeignPage = (request: FastifyRequest, credential: Credential) =>
    credential.kind === "session" &&
    !isRead(request.method) &&
    !comesFromOurPage(request.headers, config.trustedOrigins);

  const lookUpNow = async (request: FastifyRequest, isForeign: boolean) => {
    await requireActor(request);
    if (isForeign) throw untrustedOrigin();
    app.countRequest(request);
  };

  // With callbacks: a promise for each hook costs hot routes more than the hook.
  app.addHook("onRequest", (request, _reply, done) => {
    if (!isApi(request) || request.routeOptions.config?.auth === "public") return done();
    request.credential = findCredential(request.headers, key);
    if (!request.credential) return done(unauthenticated());
    const isForeign = isFromForeignPage(request, request.credential);
    if (!mayLookUpLater(request, isForeign)) {
      lookUpNow(request, isForeign).then(() => done(), done);
      return;
    }
    done(refusalOf(() => app.countRequest(request)));
  });
}

/** Every other error waits for the 401 or 403 of a credential that only the handler's statement would have looked up. */
export async function preferAccessErrors(error: unknown, request: FastifyRequest): Promise<never> {
  if (request.routeOptions.config?.auth === "statement" && request.credential) await requireActor(request);
  throw error;
}

export const authenticate = fp(plugin, { name: "authenticate", dependencies: ["rate-limits"] });
