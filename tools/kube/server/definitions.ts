import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { asList, asRecord, asText, at, type Json, type JsonRecord, type Manifest } from "../manifest.ts";
import { schemaFile } from "../schemas.ts";

const schemas = join(import.meta.dirname, "../schemas");
/** Kinds whose definitions no module has: they are made of their schemas, without what only a definition says (rules, defaults). */
const fromSchemas = [
  ["kafka.strimzi.io/v1", "Kafka", "kafkas"],
  ["kafka.strimzi.io/v1", "KafkaNodePool", "kafkanodepools"],
  ["kafka.strimzi.io/v1", "KafkaTopic", "kafkatopics"],
  ["kafka.strimzi.io/v1", "KafkaUser", "kafkausers"],
  ["kafka.strimzi.io/v1", "KafkaRebalance", "kafkarebalances"],
  ["barmancloud.cnpg.io/v1", "ObjectStore", "objectstores"],
] as const;

/** The definitions in a folder, and those that are made here. */
export function allDefinitions(folder: string): Manifest[] {
  const fetched = readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => document.toJS() as Manifest),
  );
  return [...fetched, ...fromSchemas.map(([apiVersion, kind, plural]) => definitionOf(apiVersion, kind, plural))];
}

/** As `group/kind`. */
export const definedKinds = (definitions: readonly Manifest[]): Set<string> =>
  new Set(definitions.map(({ spec }) => `${asText(at(spec, "group"))}/${asText(at(spec, "names", "kind"))}`));

function definitionOf(apiVersion: string, kind: string, plural: string): Manifest {
  const [group = "", version = ""] = apiVersion.split("/");
  const schema = JSON.parse(readFileSync(join(schemas, schemaFile(apiVersion, kind)), "utf8")) as JsonRecord;
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...fields } = asRecord(schema.properties);
  const openAPIV3Schema = structural({
    type: "object",
    properties: fields,
    required: ["spec"],
    additionalProperties: false,
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** The same in the words of a definition, where unknown fields are refused unless it says otherwise. */
export function structural(node: Json): JsonRecord {
  const { type, properties, items, additionalProperties, ...rest } = asRecord(node);
  const types = asList(type).map(asText);
  if (types.includes("integer") && types.includes("string")) return { "x-kubernetes-int-or-string": true };
  const result: JsonRecord = { ...rest };
  const only = types.length > 0 ? types.find((one) => one !== "null") : type;
  if (only !== undefined) result.type = only;
  if (types.includes("null")) result.nullable = true;
  if (items !== undefined) result.items = structural(items);
  if (properties !== undefined)
    result.properties = Object.fromEntries(
      Object.entries(asRecord(properties)).map(([name, schema]) => [name, structural(schema)]),
    );
  else if (typeof additionalProperties === "object") result.additionalProperties = structural(additionalProperties);
  const isClosed =
    properties !== undefined ? additionalProperties === false : result.additionalProperties !== undefined;
  if ((only === "object" || only === undefined) && !isClosed) result["x-kubernetes-preserve-unknown-fields"] = true;
  return result;
}
