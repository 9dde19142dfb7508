import { ValidationError } from "@tend/service-kit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

const nothing = z.strictObject({});

/** In this scope a route takes no query and no body but what its schema names. */
export function refuseUnknownInput(scope: FastifyInstance): void {
  scope.addHook("onRoute", (route) => {
    const schema = (route.schema ?? {}) as { querystring?: unknown };
    schema.querystring ??= nothing;
    route.schema = schema;
  });
  scope.addHook("preValidation", async (request) => {
    if (request.routeOptions.schema?.body === undefined) requireEmptyBody(request);
  });
}

function requireEmptyBody({ body }: FastifyRequest): void {
  if (body === undefined || body === null) return;
  if (typeof body !== "object" || Array.isArray(body))
    throw new ValidationError([{ path: "", message: "must be an object" }]);
  const errors = Object.keys(body).map((path) => ({ path, message: "is not a known field" }));
  if (errors.length > 0) throw new ValidationError(errors.slice(0, 50));
}
