import type { App } from "@tend/service-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Context } from "../context.ts";
import { countAttempt } from "../plugins/rate-limits.ts";
import { clientAddress, networkOf, proxyList } from "./address.ts";
import { requireOpenSignUp } from "./allow-sign-up.ts";
import * as shapes from "./auth.schemas.ts";
import { isRead, untrustedOrigin } from "./authenticate.ts";
import { comesFromAnotherSite, comesFromOurPage } from "./origin.ts";
import { createPassOn } from "./pass-on.ts";
import { recordRefusal } from "./record-refusal.ts";

type Passage = {
  context: Context;
  addressOf: (request: FastifyRequest) => string;
  countAttempts: (request: FastifyRequest, account?: string) => Promise<void>;
  passOn: ReturnType<typeof createPassOn>;
};

const tags = ["accounts"];
const noBody = z.strictObject({}).nullish();

/**
 * The part of better-auth that is open: each route is declared here, checks its body, and passes on a request made anew, so that
 * no other path, header or field of it can be reached.
 */
export async function authRoutes(app: App) {
  const { context } = app;
  const { config, pool, guards } = context;
  const proxies = proxyList(config.trustedProxies);
  const addressOf = (request: FastifyRequest) => clientAddress(request, proxies);
  const countAttempts = async (request: FastifyRequest, account?: string) => {
    const network = networkOf(addressOf(request));
    if (!guards.isFromSidecar(request)) await countAttempt(pool, `address ${network}`, config.signInLimit);
    if (account) await countAttempt(pool, `account ${account}`, config.signInLimit);
  };
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "private, no-store");
    requireOurPage(request, config.trustedOrigins);
  });
  const passage = { context, addressOf, countAttempts, passOn: createPassOn(context, addressOf) };
  signingRoutes(app, passage);
  sessionRoutes(app, passage);
}

function requireOurPage(request: FastifyRequest, trustedOrigins: string[]) {
  if (isRead(request.method)) return;
  const isForeign = request.headers.cookie
    ? !comesFromOurPage(request.headers, trustedOrigins)
    : comesFromAnotherSite(request.headers, trustedOrigins);
  if (isForeign) throw untrustedOrigin();
}

function signingRoutes(app: App, { context, addressOf, countAttempts, passOn }: Passage) {
  app.post(
    "/sign-up/email",
    { schema: { tags, summary: "Sign up", body: shapes.SignUp, response: { 200: shapes.SignedIn } } },
    async (request, reply) => {
      await countAttempts(request, request.body.email);
      await requireOpenSignUp(context);
      return passOn(request, reply, "/sign-up/email");
    },
  );
  app.post(
    "/sign-in/email",
    { schema: { tags, summary: "Sign in", body: shapes.SignIn, response: { 200: shapes.SignedIn } } },
    async (request, reply) => {
      const { email } = request.body;
      await countAttempts(request, email);
      return passOn(request, reply, "/sign-in/email", () => recordRefusal(context, email, addressOf(request)));
    },
  );
  app.post(
    "/sign-out",
    { schema: { tags, summary: "Sign out", body: noBody, response: { 200: shapes.Done } } },
    (request, reply) => passOn(request, reply, "/sign-out"),
  );
  app.post(
    "/change-password",
    {
      schema: {
        tags,
        summary: "Change the password; all other sessions end",
        body: shapes.ChangePassword,
        response: { 200: z.unknown() },
      },
    },
    async (request, reply) => {
      await countAttempts(request);
      request.body.revokeOtherSessions = true;
      return passOn(request, reply, "/change-password");
    },
  );
}

function sessionRoutes(app: App, { context, passOn }: Passage) {
  const { guards } = context;
  const plain = (path: string) => (request: FastifyRequest, reply: FastifyReply) => passOn(request, reply, path);
  app.get(
    "/get-session",
    {
      schema: {
        tags,
        summary: "Get one's own session, renewed when it ages; null without one",
        querystring: z.looseObject({}),
        response: { 200: shapes.PresentSession },
      },
    },
    // A page's server passes the browser's cookie on: a renewed one would not reach the browser.
    (request, reply) =>
      passOn(request, reply, `/get-session${guards.isFromSidecar(request) ? "?disableRefresh=true" : ""}`),
  );
  app.get(
    "/list-sessions",
    { schema: { tags, summary: "List one's own sessions", response: { 200: shapes.Sessions } } },
    plain("/list-sessions"),
  );
  app.post(
    "/revoke-session",
    { schema: { tags, summary: "End one session", body: shapes.RevokeSession, response: { 200: z.unknown() } } },
    plain("/revoke-session"),
  );
  for (const [path, summary] of [
    ["/revoke-sessions", "End all sessions"],
    ["/revoke-other-sessions", "End all other sessions"],
  ] as const) {
    app.post(path, { schema: { tags, summary, body: noBody, response: { 200: z.unknown() } } }, plain(path));
  }
}
