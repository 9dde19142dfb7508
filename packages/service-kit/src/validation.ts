import type { FastifySerializerCompiler } from "fastify/types/schema.js";
import { serializerCompiler as checkedSerializer } from "fastify-type-provider-zod";
import type { z } from "zod";

export type FieldError = { path: string; message: string };

/** Every refused field, unknown ones by name; paths are dotted, such as `due.date` or `reminders.0.before`. */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
  readonly statusCode = 400;
  readonly errors: FieldError[];
  constructor(errors: FieldError[]) {
    super("invalid");
    this.errors = errors;
  }
}

const joined = (path: PropertyKey[]) => path.map(String).join(".");

function errorsOf(issue: z.core.$ZodIssue, prefix: PropertyKey[]): FieldError[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: joined([...path, key]), message: "is not a known field" }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    const errors = nearest.flatMap((inner) => errorsOf(inner, path));
    if (errors.length > 0) return errors;
  }
  if (issue.code === "invalid_type" && /received undefined$/.test(issue.message)) {
    return [{ path: joined(path), message: "is required" }];
  }
  return [{ path: joined(path), message: issue.message }];
}

export const fieldErrors = (error: z.core.$ZodError): FieldError[] =>
  error.issues.flatMap((issue) => errorsOf(issue, [])).slice(0, 50);

export const validatorCompiler =
  ({ schema }: { schema: z.ZodType }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: new ValidationError(fieldErrors(result.error)) };
  };

const trusted = new WeakSet<object>();

/**
 * A response schema whose value is written as it is, without checking or dropping fields: for hot routes whose rows are already
 * exactly of that shape. The OpenAPI document still shows it.
 */
export function trustedResponse<T extends z.ZodType>(schema: T): T {
  const copy = schema.clone() as T;
  trusted.add(copy);
  return copy;
}

export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = (route) =>
  trusted.has(route.schema as object) ? (data: unknown) => JSON.stringify(data) : checkedSerializer(route);
