import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const { version } = JSON.parse(read("package.json"));
const workspaces = globSync(["{backend,frontend,*-service}/package.json", "packages/*/package.json"], { cwd: root });

/** Where to say another version, all at once: services tell the one of package.json, and the others choose the images. */
const places: [file: string, pattern: RegExp, times: number][] = [
  ["k8s/base/kustomization.yaml", /newTag: (\S+)/g, 2],
  ["docker-compose.yml", /TEND_VERSION:-([^}]+)\}/g, 3],
  ["docker-compose.prod.yml", /TEND_VERSION:-([^}]+)\}/g, 3],
  ...workspaces.map((file): (typeof places)[number] => [file, /"version": "([^"]+)"/g, 1]),
];

test("there are workspaces", () => expect(workspaces.length).toBeGreaterThanOrEqual(9));

test.each(places)("%s says the version of package.json", (file, pattern, times) => {
  expect([...read(file).matchAll(pattern)].map(([, said]) => said)).toEqual(Array(times).fill(version));
});

test("the migrations run under the version's name", () => {
  expect(read("k8s/base/migrate.yaml")).toContain(`name: migrate-${version.replaceAll(".", "-")}\n`);
});
