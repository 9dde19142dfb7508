import { notFound, type ProblemError, problem, sendProblem } from "@tend/service-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import { unauthenticated } from "./authenticate.ts";
import { addressHeader, createAuth } from "./better-auth.ts";
import { cookieKey, signAnew } from "./credential.ts";

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

/** Answers with what better-auth says, in our words where it refuses; `refused` is called on a wrong password. */
export function createPassOn(context: Context, addressOf: (request: FastifyRequest) => string) {
  const { config } = context;
  const auth = createAuth(context);
  const key = cookieKey(context);

  const makeRequest = (request: FastifyRequest, path: string) => {
    const origin = config.trustedOrigins[0] ?? config.publicUrl;
    const headers = new Headers({ origin, [addressHeader]: addressOf(request) });
    if (request.headers.cookie) headers.set("cookie", signAnew(request.headers.cookie, key));
    const userAgent = request.headers["user-agent"]?.slice(0, 300);
    if (userAgent) headers.set("user-agent", userAgent);
    const body = request.method === "GET" ? undefined : JSON.stringify(request.body ?? {});
    if (body !== undefined) headers.set("content-type", "application/json");
    return new Request(`${config.publicUrl}/api/auth${path}`, { method: request.method, headers, body });
  };

  return async (request: FastifyRequest, reply: FastifyReply, path: string, refused?: () => Promise<void>) => {
    const answer = await auth.handler(makeRequest(request, path));
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) reply.header("set-cookie", cookies);
    const text = await answer.text();
    const body: unknown = text ? JSON.parse(text) : null;
    if (answer.status === 401) await refused?.();
    context.wakeRelay();
    if (answer.status < 300) return reply.code(200).send(body);
    return sendProblem(reply, refusalOf(answer.status, body));
  };
}
