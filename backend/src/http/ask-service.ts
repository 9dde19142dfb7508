import { type Method, notFound, problem } from "@tend/service-kit";
import type { z } from "zod";
import type { Context } from "../context.ts";

type Question<Shape extends z.ZodType> = {
  appId: "notification-service" | "audit-service" | "recurring-task-service";
  path: string;
  /** Whose data; the service trusts us to name only the caller's account. */
  accountId: string;
  shape: Shape;
  method?: Method;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
};

const away = (appId: string, cause?: unknown) =>
  problem(
    503,
    "service_unavailable",
    `The ${appId} does not answer right now. Tasks are not affected; try again in a moment.`,
    {
      retryAfter: 5,
      cause,
    },
  );

/** Asks another service through the sidecar: its refusals of the caller's input pass on, all else is 503. */
export async function askService<Shape extends z.ZodType>(
  { dapr, log }: Pick<Context, "dapr" | "log">,
  { appId, path, accountId, shape, method = "GET", query, body }: Question<Shape>,
): Promise<z.output<Shape>> {
  const answer = await dapr
    .invoke(appId, method, path, { query: { ...query, accountId }, body })
    .catch((error: unknown) => {
      throw away(appId, error);
    });
  if (answer.status === 404) throw notFound();
  if (answer.status === 400) {
    const { detail, errors } = (answer.body ?? {}) as { detail?: string; errors?: { path: string; message: string }[] };
    throw problem(400, "invalid", detail ?? "The request is not valid.", { errors });
  }
  const parsed = answer.status < 300 ? shape.safeParse(answer.body ?? null) : null;
  if (parsed?.success) return parsed.data;
  log.warn(
    { app_id: appId, path, status: answer.status, err: parsed?.error },
    "another service did not answer as agreed",
  );
  throw away(appId);
}
