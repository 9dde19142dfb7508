import { expect, it, vi } from "vitest";
import { canRender } from "../../kube/render.ts";
import { rotate } from "../commands/rotate.ts";
import { placeNamed } from "../places.ts";
import type { Shell } from "../shell.ts";

// Here is an `.env`, whether or not there is one.
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return { ...fs, existsSync: (path: string) => path.endsWith("/.env") || fs.existsSync(path) };
});

const can = await canRender();
const dev = placeNamed("dev");

/** A cluster whose secrets hold this under their own name, and where some calls fail; remembers what is put into them, and the other calls. */
function clusterWith(present: Record<string, string>, fails: (call: string, calls: string[]) => boolean = () => false) {
  const calls: string[] = [];
  const values: Record<string, string>[] = [];
  const shell: Shell = {
    isDry: false,
    say: () => {},
    run: async (_program, args, call) => {
      const name = args[args.indexOf("secret") + 1] ?? "";
      if (args.includes("get") && !(name in present)) return "";
      if (args.includes("get"))
        return args.includes("name") ? `secret/${name}\n` : Buffer.from(present[name] ?? "").toString("base64");
      if (call?.input) {
        const { metadata, stringData } = JSON.parse(call.input);
        values.push(stringData);
        present[metadata.name] = stringData[metadata.name] ?? "";
        calls.push(`${args[0]} ${metadata.name}`);
        return "";
      }
      const line = args.filter((arg) => !/^-n$|^todo-app$|^--/.test(arg)).join(" ");
      calls.push(line);
      if (fails(line, calls)) throw new Error(`${line} failed`);
      return "";
    },
    keep: () => undefined,
  };
  return { shell, calls, values };
}

const restart = "rollout restart deployment/todo-backend";
const status = "rollout status deployment/todo-backend";

it("the signing secret: all believe the new one before any signs by it, and the two former stay", async () => {
  const { shell, calls, values } = clusterWith({ "jwt-secret": "former before-it the-oldest" });
  await rotate(shell, dev, "jwt-secret");
  const [first = "", second = ""] = values.map((data) => data["jwt-secret"] ?? "");
  const next = first.split(" ")[1] ?? "";
  expect(first).toBe(`former ${next} before-it`);
  expect(second).toBe(`${next} former before-it`);
  expect(next.length).toBeGreaterThanOrEqual(32);
  const redeploy = ["replace jwt-secret", restart, status];
  expect(calls).toEqual([status, ...redeploy, ...redeploy]);
});

it("the signing secret, given again after the second rollout failed: the one that signed all sessions is believed", async () => {
  const secrets = { "jwt-secret": "original" };
  const rollouts = (calls: string[]) => calls.filter((call) => call === restart).length;
  let isMended = false;
  const { shell, values } = clusterWith(
    secrets,
    (call, calls) => !isMended && call === status && rollouts(calls) === 2,
  );
  await expect(rotate(shell, dev, "jwt-secret")).rejects.toThrow("failed");
  const halfway = secrets["jwt-secret"];
  expect(halfway).toMatch(/^\S{32,} original$/);
  await expect(rotate(shell, dev, "jwt-secret"), "before that rollout has ended").rejects.toThrow("failed");
  expect(secrets["jwt-secret"]).toBe(halfway);
  isMended = true;
  await rotate(shell, dev, "jwt-secret");
  for (const data of values) expect(data["jwt-secret"]?.split(" ")).toContain("original");
  expect(secrets["jwt-secret"]).toMatch(new RegExp(`^\\S{32,} ${halfway}$`));
});

it.skipIf(!can)("a role's password: the same address with another one, then the job alone, then the pods", async () => {
  const address = "postgres://audit-service:former@tend-postgres-rw:5432/tend?sslmode=verify-full";
  const { shell, calls, values } = clusterWith({ "postgres-credentials-audit-service": address });
  await rotate(shell, dev, "postgres-credentials-audit-service");
  const put = new URL(values[0]?.["postgres-credentials-audit-service"] ?? "");
  expect(put.password).not.toBe("former");
  expect(Object.assign(put, { password: "former" }).href).toBe(address);
  expect(calls).toEqual([
    "replace postgres-credentials-audit-service",
    "delete job migrate-0-1-0",
    "apply -k k8s/overlays/dev -l app.kubernetes.io/name=migrate",
    "wait job/migrate-0-1-0",
    "rollout restart deployment/audit-service",
    "rollout status deployment/audit-service",
  ]);
});

it.skipIf(!can)("an account of Kafka: Strimzi makes another, then the pods; who is no app has none", async () => {
  const { shell, calls } = clusterWith({});
  await rotate(shell, placeNamed("prod"), "audit-service");
  await rotate(shell, placeNamed("prod"), "consumer-lag");
  expect(calls).toEqual([
    ...["delete secret audit-service", "wait secret/audit-service"],
    ...["rollout restart deployment/audit-service", "rollout status deployment/audit-service"],
    ...["delete secret consumer-lag", "wait secret/consumer-lag"],
  ]);
});

it.skipIf(!can)("nothing is changed where there is nothing to change, or nobody said to what", async () => {
  const { shell, calls } = clusterWith({});
  await expect(rotate(shell, dev, "jwt-secret")).rejects.toThrow("holds nothing");
  await expect(rotate(shell, dev, "smtp-secret")).rejects.toThrow("SMTP_URL");
  await expect(rotate(shell, dev, "dapr-app-token-x")).rejects.toThrow("Which secret?");
  expect(calls).toEqual([]);
});

it.skipIf(!can)("what .env says is no new mail server", async () => {
  const loaded = vi.spyOn(process, "loadEnvFile").mockImplementation(() => {
    process.env.SMTP_URL = "smtp://user:former-password@mail.example.org";
  });
  const { shell, calls } = clusterWith({});
  await expect(rotate(shell, dev, "smtp-secret")).rejects.toThrow("Say the new one in SMTP_URL.");
  expect(calls).toEqual([]);
  expect(loaded).not.toHaveBeenCalled();
  loaded.mockRestore();
});

it.skipIf(!can)("a mail server that was not there is made, one that was is replaced", async () => {
  process.env.SMTP_URL = "smtp://user:long-password@mail.example.org";
  const { shell, calls } = clusterWith({});
  await rotate(shell, dev, "smtp-secret");
  process.env.SMTP_URL = "smtp://user:other-password@mail.example.org";
  await rotate(shell, dev, "smtp-secret");
  expect(calls.filter((call) => call.includes("smtp"))).toEqual(["create smtp-secret", "replace smtp-secret"]);
});
