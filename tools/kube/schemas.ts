import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { type Manifest, named } from "./manifest.ts";

const folder = join(import.meta.dirname, "schemas");
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const compiled = new Map<string, ValidateFunction | null>();

/** Kind, first part of the group, version, in lower case. */
export function schemaFile(apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return `${[kind, group?.split(".")[0], version].filter(Boolean).join("-").toLowerCase()}.json`;
}

function validatorOf(file: string): ValidateFunction | null {
  const path = join(folder, file);
  if (!compiled.has(file))
    compiled.set(file, existsSync(path) ? ajv.compile(JSON.parse(readFileSync(path, "utf8"))) : null);
  return compiled.get(file) ?? null;
}

/** What the schema of its kind says against it, unknown fields too; a kind without a schema is a fault as well. */
export function checkSchema(object: Manifest): string[] {
  const file = schemaFile(object.apiVersion, object.kind);
  const validate = validatorOf(file);
  if (!validate) return [`${named(object)}: there is no schema for ${object.apiVersion} ${object.kind} (${file})`];
  if (validate(object)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const field = "additionalProperty" in params ? ` "${params.additionalProperty}"` : "";
    return `${named(object)}: ${instancePath || "/"} ${message}${field}`;
  });
}
