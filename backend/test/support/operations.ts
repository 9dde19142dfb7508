import type { TestApp } from "./app.ts";

/** The part of JSON Schema that the document uses. */
export type Schema = {
  type?: string;
  format?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: boolean | Schema;
};
export type Parameter = { in: "path" | "query" | "header"; name: string; schema: Schema };
export type Operation = {
  name: string;
  method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
  /** With `{id}` for parameters. */
  path: string;
  scope: "read" | "write" | "none";
  parameters: Parameter[];
  body: Schema | null;
};

type Described = {
  operationId: string;
  "x-scope": Operation["scope"];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};

/** Every operation that the running app's own document describes. */
export async function readOperations(backend: TestApp): Promise<Operation[]> {
  const answer = await backend.inject("/api/v1/openapi.json");
  const paths = answer.json().paths as Record<string, Record<string, Described>>;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, described]) => ({
      name: described.operationId,
      method: method.toUpperCase() as Operation["method"],
      path,
      scope: described["x-scope"],
      parameters: described.parameters ?? [],
      body: described.requestBody?.content["application/json"]?.schema ?? null,
    })),
  );
}

/** Every route that the router really knows, as `METHOD /path/{id}`; HEAD goes with its GET. */
export function routesOf(backend: TestApp): string[] {
  const parents: string[] = [];
  return backend.app
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const parts = /^([│├└─\s]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
      if (!parts?.[2]) return [];
      const depth = (parts[1]?.length ?? 0) / 4 - 1;
      const path = (parents[depth - 1] ?? "") + parts[2];
      parents.splice(depth, parents.length, path);
      const methods = parts[3]?.split(", ").filter((method) => method !== "HEAD") ?? [];
      return methods.map((method) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    });
}

export type Leaf = { path: (string | number)[]; schema: Schema };

/** Every place in a body, objects and lists too, with its schema; list items as index 0. */
export function placesIn(schema: Schema, path: Leaf["path"] = []): Leaf[] {
  const variants = schema.anyOf ?? [schema];
  const inner = variants.flatMap((variant) => [
    ...Object.entries(variant.properties ?? {}).flatMap(([name, property]) => placesIn(property, [...path, name])),
    ...(variant.items ? placesIn(variant.items, [...path, 0]) : []),
  ]);
  const isNew = (leaf: Leaf, index: number, all: Leaf[]) =>
    all.findIndex((other) => other.path.join(".") === leaf.path.join(".")) === index;
  return [{ path, schema }, ...inner].filter(isNew);
}

/** Whether a value of this schema is an id. */
export const isId = (schema: Schema): boolean =>
  schema.format === "uuid" || (schema.anyOf?.some((variant) => variant.format === "uuid") ?? false);
