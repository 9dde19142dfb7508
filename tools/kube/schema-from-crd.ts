/** schema-from-crd CRD.yaml…: writes into schemas/ what each served version of these definitions allows, and nothing else. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { asList, asRecord, asText, type Json } from "./manifest.ts";
import { schemaFile } from "./schemas.ts";

const kept = new Set([
  "required",
  "type",
  "enum",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
]);

/** Go writes flags once for the rest of a group. */
const inJavaScript = (pattern: string) => pattern.replace(/^\^\(\?i\)(.*)\$$/, "^(?i:$1)$");

/** What a definition says, without its words, and with fields that it does not name refused. */
function strict(node: Json): Json {
  const given = asRecord(node);
  if (given["x-kubernetes-int-or-string"]) return { type: ["integer", "string"] };
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === "pattern") result.pattern = inJavaScript(asText(value));
    else if (kept.has(name)) result[name] = value;
    else if (name === "items") result.items = strict(value);
    else if (name === "properties")
      result.properties = Object.fromEntries(
        Object.entries(asRecord(value)).map(([property, schema]) => [property, strict(schema)]),
      );
    else if (name === "additionalProperties")
      result.additionalProperties = typeof value === "object" ? strict(value) : value;
  }
  if (result.properties && !given["x-kubernetes-preserve-unknown-fields"]) result.additionalProperties ??= false;
  if (given.nullable && typeof result.type === "string") result.type = [result.type, "null"];
  return result;
}

for (const file of process.argv.slice(2))
  for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
    const spec = asRecord(asRecord(document.toJS()).spec);
    const group = asText(spec.group);
    const kind = asText(asRecord(spec.names).kind);
    for (const version of asList(spec.versions)
      .map(asRecord)
      .filter(({ served }) => served)) {
      const apiVersion = `${group}/${asText(version.name)}`;
      const schema = asRecord(strict(asRecord(asRecord(version.schema).openAPIV3Schema)));
      schema.properties = {
        ...asRecord(schema.properties),
        apiVersion: { const: apiVersion },
        kind: { const: kind },
        metadata: { type: "object" },
      };
      schema.required = ["apiVersion", "kind", "metadata", "spec"];
      writeFileSync(join(import.meta.dirname, "schemas", schemaFile(apiVersion, kind)), `${JSON.stringify(schema)}\n`);
    }
  }
