import { Problem } from "@tend/contracts";
import { z } from "zod";

type Operation = {
  responses?: Record<string, unknown>;
  parameters?: { in?: string; name?: string }[];
  requestBody?: unknown;
  security?: unknown[];
};
export type Document = {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
};

const texts: Record<number, string> = {
  400: "The request is not valid; `errors` names each field",
  401: "No account, or no longer",
  403: "Known, but not allowed",
  404: "Unknown, or not yours",
  409: "In conflict with the present state",
  412: "`If-Match` names another version",
  413: "The body is larger than 1 MiB",
  415: "The body is not application/json",
  422: "Understood, but not possible",
  429: "Too many requests; see `Retry-After`",
  503: "Not available right now; see `Retry-After`",
};

function statusesOf(path: string, method: string, operation: Operation): number[] {
  const isWrite = method !== "get";
  const hasInput = operation.requestBody !== undefined || (operation.parameters?.length ?? 0) > 0;
  return [
    ...(hasInput || isWrite ? [400] : []),
    ...(operation.security?.length === 0 ? [] : [401]),
    403,
    ...(path.includes("{") ? [404] : []),
    ...(isWrite ? [409, 413, 415, 422] : []),
    ...(method === "patch" || method === "delete" ? [412] : []),
    429,
    503,
  ];
}

const header = (name: string, description: string) => ({
  in: "header",
  name,
  required: false,
  schema: { type: "string" },
  description,
});

/** Every operation's refusals and request headers, said in one place. */
export function withProblems(document: Document): Document {
  const { $schema: _, ...schema } = z.toJSONSchema(Problem, { io: "output" });
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations)) {
      operation.responses ??= {};
      for (const status of statusesOf(path, method, operation)) {
        operation.responses[status] ??= { description: texts[status], content };
      }
      const headers = headersOf(path, method);
      if (headers.length > 0) operation.parameters = [...(operation.parameters ?? []), ...headers];
    }
  }
  return {
    ...document,
    components: { ...document.components, schemas: { ...document.components?.schemas, Problem: schema } },
  };
}

function headersOf(path: string, method: string) {
  if (!path.startsWith("/api/v1")) return [];
  if (method === "post")
    return [header("Idempotency-Key", "A repeat of the request gets the first answer, for 24 hours")];
  if (method === "patch" || method === "delete")
    return [header("If-Match", "The version that must still be the present one")];
  return [];
}
