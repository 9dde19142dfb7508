import type { RouteOptions } from "fastify";
import { isRead } from "../auth/authenticate.ts";

type Schema = Record<string, unknown>;

/** Adds what every operation says: its name, what proves the caller, and as `x-scope` what a token needs (`none`: nothing). */
export function describeOperation(schema: Schema, route: RouteOptions): Schema {
  if (schema.hide) return schema;
  const method = String(route.method);
  const { config } = route;
  const isPublic = config?.auth === "public" || !route.url.startsWith("/api/v1");
  const scope = isPublic ? "none" : (config?.scope ?? (isRead(method) ? "read" : "write"));
  return {
    operationId: operationIdOf(method, route.url),
    ...schema,
    "x-scope": scope,
    security: isPublic ? [] : [{ accessToken: [] }, { session: [] }],
  };
}

/** `POST /api/v1/tasks/:id/complete` is `postTasksByIdComplete`. */
function operationIdOf(method: string, url: string): string {
  const words = url
    .replace(/^\/api\/(v1\/)?/, "")
    .split(/[/-]/)
    .map((word) => (word.startsWith(":") ? `by-${word.slice(1)}` : word))
    .join("-")
    .split("-");
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
}
