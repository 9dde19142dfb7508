import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { canRender, places } from "../../kube/render.ts";

const can = await canRender();
const cluster = (...args: string[]) =>
  promisify(execFile)(process.execPath, ["tools/cluster.ts", ...args], {
    cwd: root,
    env: { ...process.env, SMTP_URL: "smtp://user:long-password@mail.example.org" },
  });
const dry = async (...args: string[]) => (await cluster(...args, "--dry-run")).stdout;

describe("the commands for a cluster, printed only", () => {
  it("setup installs what a place needs, and prints no secret", async () => {
    const dev = await dry("setup");
    expect(dev).toMatch(/helm upgrade --install dapr dapr .* --version 1\.18\.3/);
    expect(dev).toContain("the secret postgres-credentials-todo-backend");
    expect(dev).not.toMatch(/--install (?:keda|monitoring)/);
    expect(dev).not.toMatch(/long-password|postgres:\/\//);
    expect(await dry("setup", "--place", "prod")).toMatch(/--install keda .* --install monitoring /s);
    const managed = await dry("setup", "--place", "prod-managed");
    expect(managed).not.toMatch(/--install cnpg|the secret postgres-owner/);
    expect(managed).toContain("the secret postgres-admin");
  });

  it.skipIf(!can)("deploy applies the brokers first, and waits for them, the migrations and every app", async () => {
    const calls = await dry("deploy", "--place", "prod");
    const order = [
      "apply -k strimzi/overlays/prod",
      "wait kafka/tend",
      "apply -k k8s/overlays/prod",
      "job/migrate-",
      "rollout status deployment/todo-backend",
    ];
    const found = order.map((call) => calls.indexOf(call));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found).not.toContain(-1);
    const loading = await dry("deploy", "--load", "kind");
    for (const image of ["services", "ui"])
      expect(loading).toMatch(
        new RegExp(`docker build --target ${image} --tag (tend/${image}:\\S+) .*load docker-image \\1`, "s"),
      );
  });

  it.skipIf(!can)("rotate prints neither what was nor what is", async () => {
    const calls = await dry("rotate", "smtp-secret");
    expect(calls).toMatch(/kubectl replace -f - <<< \(not shown\)\n.*rollout restart deployment\/notification-service/);
    expect(calls).not.toContain("long-password");
  });

  it("names only apps that there are", async () => {
    expect(await dry("redeploy", "audit-service")).toContain("rollout restart deployment/audit-service");
    expect(await dry("logs", "todo-backend", "--sidecar")).toContain("-c daprd");
    await expect(cluster("redeploy", "x", "--dry-run")).rejects.toMatchObject({
      stderr: expect.stringContaining("Which app?"),
    });
    await expect(cluster("status", "--place", "x", "--dry-run")).rejects.toMatchObject({
      stderr: expect.stringContaining('no place "x"'),
    });
  });

  it("removes data only when that was said", async () => {
    expect(await dry("clean")).not.toMatch(/kafka|cluster|secret|namespace,/);
    await expect(cluster("teardown")).rejects.toMatchObject({ stderr: expect.stringContaining("--yes") });
    expect(await dry("teardown")).not.toContain("helm uninstall");
  });

  it("prints the others too", async () => {
    expect(await dry("status")).toContain("get pods");
    expect(await dry("port-forward")).toContain("port-forward service/front-door 8080:80");
    expect(await dry("load-data")).toContain("POST /api/v1/projects");
    expect(await dry("test-apis", "--url", "http://localhost:8080")).not.toContain("port-forward");
  });

  it("knows no place without manifests", () => {
    for (const folder of Object.values(places).flat())
      expect(existsSync(join(root, folder, "kustomization.yaml"))).toBe(true);
  });
});
