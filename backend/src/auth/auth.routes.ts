import { notFound, type ProblemError, problem, sendProblem } from "@tend/service-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { countAttempt } from "../plugins/rate-limits.ts";
import { clientAddress, networkOf, proxyList } from "./address.ts";
import { requireOpenSignUp } from "./allow-sign-up.ts";
import * as shapes from "./auth.schemas.ts";
import { isRead, unauthenticated, untrustedOrigin } from "./authenticate.ts";
import { addressHeader, createAuth } from "./better-auth.ts";
import { comesFromAnotherSite, comesFromOurPage } from "./origin.ts";
import { recordRefusal } from "./record-refusal.ts";

const tags = ["accounts"];

/**
 * The part of better-auth that is open: each route is declared here, checks its body, and passes on a request made anew, so that
 * no other path, header or field of it can be reached.
 */
export const authRoutes: FastifyPluginAsyncZod = async (app) => {
  const { context } = app;
  const { config, pool } = context;
  const auth = createAuth(context);
  const proxies = proxyList(config.trustedProxies);
  const addressOf = (request: FastifyRequest) => clientAddress(request, proxies);

  const countAttempts = async (request: FastifyRequest, account?: string) => {
    if (!context.guards.isFromSidecar(request)) {
      await countAttempt(pool, `address ${networkOf(addressOf(request))}`, config.signInLimit);
    }
    if (account) await countAttempt(pool, `account ${account}`, config.signInLimit);
  };

  const pass = async (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const headers = new Headers({
      origin: config.trustedOrigins[0] ?? config.publicUrl,
      [addressHeader]: addressOf(request),
    });
    if (request.headers.cookie) headers.set("cookie", request.headers.cookie);
    const userAgent = request.headers["user-agent"]?.slice(0, 300);
    if (userAgent) headers.set("user-agent", userAgent);
    const body = request.method === "GET" ? undefined : JSON.stringify(request.body ?? {});
    if (body !== undefined) headers.set("content-type", "application/json");
    const url = `${config.publicUrl}/api/auth${path}`;
    const answer = await auth.handler(new Request(url, { method: request.method, headers, body }));
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) reply.header("set-cookie", cookies);
    const text = await answer.text();
    return { status: answer.status, body: text ? (JSON.parse(text) as unknown) : null };
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const { status, body } = await pass(request, reply, path);
    if (status < 300) {
      context.wakeRelay();
      return reply.code(200).send(body);
    }
    return sendProblem(reply, refusalOf(status, body));
  };

  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "private, no-store");
    if (isRead(request.method)) return;
    const isForeign = request.headers.cookie
      ? !comesFromOurPage(request.headers, config.trustedOrigins)
      : comesFromAnotherSite(request.headers, config.trustedOrigins);
    if (isForeign) throw untrustedOrigin();
  });

  app.post(
    "/sign-up/email",
    { schema: { tags, body: shapes.SignUp, response: { 200: shapes.SignedIn } } },
    async (request, reply) => {
      await countAttempts(request, request.body.email);
      await requireOpenSignUp(context);
      return answer(request, reply, "/sign-up/email");
    },
  );

  app.post(
    "/sign-in/email",
    { schema: { tags, body: shapes.SignIn, response: { 200: shapes.SignedIn } } },
    async (request, reply) => {
      const { email } = request.body;
      await countAttempts(request, email);
      const { status, body } = await pass(request, reply, "/sign-in/email");
      if (status === 401) await recordRefusal(context, email, addressOf(request));
      context.wakeRelay();
      return status < 300 ? reply.code(200).send(body as never) : sendProblem(reply, refusalOf(status, body));
    },
  );

  app.post(
    "/sign-out",
    { schema: { tags, body: z.strictObject({}).nullish(), response: { 200: shapes.Done } } },
    (request, reply) => answer(request, reply, "/sign-out"),
  );

  // A page's server passes the browser's cookie on: a renewed one would not reach the browser.
  app.get(
    "/get-session",
    { schema: { tags, querystring: z.looseObject({}), response: { 200: shapes.PresentSession } } },
    (request, reply) =>
      answer(request, reply, `/get-session${context.guards.isFromSidecar(request) ? "?disableRefresh=true" : ""}`),
  );

  app.get("/list-sessions", { schema: { tags, response: { 200: shapes.Sessions } } }, (request, reply) =>
    answer(request, reply, "/list-sessions"),
  );

  app.post(
    "/revoke-session",
    { schema: { tags, body: shapes.RevokeSession, response: { 200: z.unknown() } } },
    (request, reply) => answer(request, reply, "/revoke-session"),
  );

  for (const path of ["/revoke-sessions", "/revoke-other-sessions"]) {
    app.post(
      path,
      { schema: { tags, body: z.strictObject({}).nullish(), response: { 200: z.unknown() } } },
      (request, reply) => answer(request, reply, path),
    );
  }

  app.post(
    "/change-password",
    { schema: { tags, body: shapes.ChangePassword, response: { 200: z.unknown() } } },
    async (request, reply) => {
      await countAttempts(request);
      request.body.revokeOtherSessions = true;
      return answer(request, reply, "/change-password");
    },
  );
};

const clearDetails: Record<string, [status: number, code: string, detail: string]> = {
  INVALID_EMAIL_OR_PASSWORD: [401, "invalid_credentials", "The e-mail address or the password is wrong."],
  INVALID_PASSWORD: [400, "invalid_password", "The present password is wrong."],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: [422, "email_taken", "There is an account with this e-mail address already."],
};

function refusalOf(status: number, body: unknown): ProblemError {
  const { code, message } = (body ?? {}) as { code?: string; message?: string };
  const known = code ? clearDetails[code] : undefined;
  if (known) return problem(...known);
  if (status === 401) return unauthenticated();
  if (status === 404) return notFound();
  if (status >= 500 || code === "FAILED_TO_CREATE_USER")
    return problem(503, "unavailable", "Signing in is not available right now.", { retryAfter: 2 });
  return problem(status, code?.toLowerCase() ?? "refused", message ?? "The request was refused.");
}
