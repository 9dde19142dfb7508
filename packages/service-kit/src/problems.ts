import { STATUS_CODES } from "node:http";
import type { Problem } from "@tend/contracts";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isTransientDatabaseError } from "./database.ts";
import { ValidationError } from "./validation.ts";

export type ProblemExtra = {
  errors?: { path: string; message: string }[];
  /** Seconds; becomes `Retry-After`. */
  retryAfter?: number;
  headers?: Record<string, string>;
  cause?: unknown;
};

/** Throw it anywhere below a route; it becomes `application/problem+json`. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly code: string;
  readonly extra: ProblemExtra;
  constructor(status: number, code: string, detail: string, extra: ProblemExtra = {}) {
    super(detail, { cause: extra.cause });
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** `throw problem(409, "changed_since", "The task was changed meanwhile.")` */
export const problem = (status: number, code: string, detail: string, extra?: ProblemExtra) =>
  new ProblemError(status, code, detail, extra);

/** Unknown and not-yours answer with this same body. */
export const notFound = () => problem(404, "not_found", "There is nothing here, or it is not yours.");

export const unavailable = (cause?: unknown) =>
  problem(503, "unavailable", "This is not available right now. Try again in a moment.", { retryAfter: 2, cause });

export function problemBody(error: ProblemError): Problem {
  const { status, code, message, extra } = error;
  const body: Problem = {
    type: `urn:tend:problem:${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: message,
    code,
  };
  return extra.errors ? { ...body, errors: extra.errors } : body;
}

export function sendProblem(reply: FastifyReply, error: ProblemError) {
  if (error.extra.headers) reply.headers(error.extra.headers);
  if (error.extra.retryAfter !== undefined) reply.header("retry-after", String(error.extra.retryAfter));
  // A serializer of the route's response schema must not see a problem.
  return reply
    .code(error.status)
    .type("application/problem+json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(error));
}

/** Whatever was thrown, as the problem that the caller may see. Nothing inside a 5xx is shown. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ValidationError) {
    const first = error.errors[0];
    const detail = first ? `${first.path ? `${first.path} ` : ""}${first.message}` : "The request is not valid.";
    return problem(400, "invalid", detail, { errors: error.errors });
  }
  if (isTransientDatabaseError(error)) return unavailable(error);
  const { statusCode, code, message } = (error ?? {}) as Partial<FastifyError>;
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return problem(415, "unsupported_media_type", "Send application/json.");
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return problem(413, "too_large", "The body is larger than 1 MiB.");
  if (statusCode === 400 && error instanceof SyntaxError) return problem(400, "invalid", "The body is not valid JSON.");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(statusCode, statusCode === 400 ? "invalid" : "refused", message ?? "The request was refused.");
  }
  return problem(500, "internal", "Something went wrong on our side.", { cause: error });
}

export function installProblems(app: FastifyInstance) {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const shown = toProblem(error);
    if (shown.status >= 500) request.log.error({ err: error, status: shown.status }, "request failed");
    return sendProblem(reply, shown);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, notFound()));
}
