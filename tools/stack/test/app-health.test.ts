import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../bootstrap/folders.mjs";
import { services, ui } from "../../launcher/apps.ts";
import { prepareDaprd } from "../daprd.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const annotations = parse(read("k8s/base/shared/service.yaml")).spec.template.metadata.annotations;
/** As a cluster has it: path, seconds between probes, milliseconds for each, failures in a row. */
const wanted = ["check-path", "probe-interval", "probe-timeout", "threshold"].map((name) =>
  String(annotations[`dapr.io/app-health-${name}`]),
);
const [path = "", interval = "", timeout = "", threshold = ""] = wanted;
const flags = `--enable-app-health-check --app-health-check-path ${path} --app-health-probe-interval ${interval} --app-health-probe-timeout ${timeout} --app-health-threshold ${threshold}`;

const daprdOf = async (appId: (typeof services)[number]["appId"] | typeof ui.appId) => {
  const endpoint = { appPort: 1, sidecarPort: 2, apiToken: "", appApiToken: "" };
  const options = { program: "daprd", secretsFile: "", configuration: "", identity: { flags: [], env: {} } };
  return (await prepareDaprd({ ...options, appId, endpoint })).args.join(" ");
};

test("on the stack, an app that is away has its events kept, as in a cluster", async () => {
  for (const { appId } of services) expect(await daprdOf(appId), appId).toContain(flags);
  expect(await daprdOf(ui.appId)).not.toContain("app-health");
});

test("in containers too", () => {
  expect(read("docker/sidecar/start-daprd").replaceAll(/\s+/g, " ")).toContain(flags);
});

test("and under dapr run", () => {
  const { apps } = parse(read("dapr/dapr.yaml")) as { apps: Record<string, unknown>[] };
  for (const { appId } of services)
    expect(apps.find(({ appID }) => appID === appId)).toMatchObject({
      enableAppHealthCheck: true,
      appHealthCheckPath: path,
      appHealthProbeInterval: Number(interval),
      appHealthProbeTimeout: Number(timeout),
      appHealthThreshold: Number(threshold),
    });
});
