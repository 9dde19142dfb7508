import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../bootstrap/folders.mjs";
import { appIds } from "../../launcher/apps.ts";

type App = {
  appID: string;
  appDirPath: string;
  appPort: number;
  daprHTTPPort: number;
  command: string[];
  env: Record<string, string>;
};
type RunFile = { common: { resourcesPaths: string[]; configFilePath: string }; apps: App[] };

const file = join(root, "dapr/dapr.yaml");
const run = parse(readFileSync(file, "utf8")) as RunFile;
const folder = dirname(file);

test("dapr run starts every app, from files that are there", () => {
  expect(run.apps.map(({ appID }) => appID).sort()).toEqual([...appIds].sort());
  for (const { appDirPath, command } of run.apps) {
    const paths = command.filter((word) => word.includes("/")).map((word) => join(folder, appDirPath, word));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  }
});

test("dapr run takes the resources and the configuration of the other ways to run", () => {
  const { resourcesPaths, configFilePath } = run.common;
  expect(resourcesPaths).toEqual([".", "components", "subscriptions"]);
  expect([...resourcesPaths, configFilePath].filter((path) => !existsSync(join(folder, path)))).toEqual([]);
});

test("each app of dapr run asks its own sidecar, and no port is taken twice", () => {
  const ports = run.apps.flatMap(({ appPort, daprHTTPPort }) => [appPort, daprHTTPPort]);
  expect(new Set(ports).size).toBe(2 * appIds.length);
  for (const { daprHTTPPort, env } of run.apps) expect(env.DAPR_HTTP_ENDPOINT).toBe(`http://127.0.0.1:${daprHTTPPort}`);
});
