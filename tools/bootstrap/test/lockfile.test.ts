import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingEntries } from "../complete-lockfile.mjs";
import { root } from "../folders.mjs";

test("npm ci accepts the lockfile on every platform (else: node tools/bootstrap/complete-lockfile.mjs)", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  expect(Object.keys(missingEntries(packages))).toEqual([]);
});

test("a package left out for its platform is added for that platform only", () => {
  const packages = {
    "node_modules/tool": { version: "1.0.0", dev: true, optionalDependencies: { "@tool/linux-arm64-musl": "1.0.0" } },
  };
  expect(missingEntries(packages)).toEqual({
    "node_modules/@tool/linux-arm64-musl": {
      version: "1.0.0",
      dev: true,
      optional: true,
      cpu: ["arm64"],
      libc: ["musl"],
      os: ["linux"],
    },
  });
});
