import { expect, test } from "vitest";
import { structural } from "../server/definitions.ts";

test.each([
  ["an object of known fields", { type: "object", properties: { a: { type: "string" } }, additionalProperties: false }],
  ["a map", { type: "object", additionalProperties: { type: "integer", minimum: 1 } }],
  ["a list", { type: "array", items: { type: "string", enum: ["a"] } }],
])("%s stays closed in a definition", (_what, schema) => {
  expect(JSON.stringify(structural(schema))).not.toContain("preserve-unknown-fields");
});

test("fields and their limits are kept, and what a definition must not say is left out", () => {
  const schema = { type: "object", properties: { a: { type: "integer", minimum: 1 } }, additionalProperties: false };
  expect(structural(schema)).toEqual({ type: "object", properties: { a: { type: "integer", minimum: 1 } } });
});

test("an object of any fields says so", () => {
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  expect(structural({ type: "object" })).toEqual(open);
  expect(structural({ type: "object", properties: { a: { type: "object" } } })).toEqual({
    ...open,
    properties: { a: open },
  });
});

test("numbers or texts, and null, are said in its words", () => {
  expect(structural({ type: ["integer", "string"] })).toEqual({ "x-kubernetes-int-or-string": true });
  expect(structural({ type: ["string", "null"] })).toEqual({ type: "string", nullable: true });
});
