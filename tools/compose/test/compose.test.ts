import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { appIds } from "../../launcher/apps.ts";
import { makeSecrets } from "../secrets.ts";
import {
  type ComposeFile,
  defaultOf,
  dependencies,
  dockerfileTargets,
  read,
  readCompose,
  type Service,
} from "./compose-files.ts";

const folder = mkdtempSync(join(tmpdir(), "tend-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
makeSecrets(folder, { smtpUrl: undefined, sendgridKey: undefined });
const madeSecrets = readdirSync(folder).sort();

const development = readCompose("docker-compose.yml");
const production = readCompose("docker-compose.prod.yml");
const targets = dockerfileTargets();
const services = [
  ...Object.entries(development.services).map(
    ([name, service]) => ["development", name, service, development] as const,
  ),
  ...Object.entries(production.services).map(([name, service]) => ["production", name, service, production] as const),
];
const isOnce = (file: ComposeFile, name: string) =>
  Object.values(file.services).some((other) =>
    dependencies(other).some(
      ([needed, condition]) => needed === name && condition === "service_completed_successfully",
    ),
  );
const imageText = ({ build }: Service) => (build ? (targets.get(build.target) ?? "") : "");

describe.each(services)("%s: %s", (_file, name, service, file) => {
  test("names only what is there", () => {
    for (const [needed] of dependencies(service)) expect(Object.keys(file.services)).toContain(needed);
    for (const network of service.networks ?? []) expect(Object.keys(file.networks)).toContain(network);
    for (const secret of service.secrets) expect(Object.keys(file.secrets)).toContain(secret);
    for (const volume of service.volumes) {
      const [source = ""] = volume.split(":");
      if (source.startsWith("./")) expect(existsSync(join(root, source)), source).toBe(true);
      else expect(Object.keys(file.volumes)).toContain(source);
    }
    if (service.build) expect([...targets.keys()]).toContain(service.build.target);
  });

  test("has a health check, or ends by itself and is waited for", () => {
    if (isOnce(file, name)) {
      expect(service.healthcheck).toEqual({ disable: true });
      expect(service.restart).toMatch(/^on-failure:\d+$/);
    } else if (service.restart === "no") expect(service.profiles).toEqual(["commands"]);
    else {
      expect(service.restart).toBe("unless-stopped");
      expect(Boolean(service.healthcheck?.test) || /^HEALTHCHECK /m.test(imageText(service))).toBe(true);
      // A probe is a process of its own: every second, for each of the containers, they would keep two processors busy.
      const [, often = ""] = /start-interval=(\d+)s/.exec(imageText(service)) ?? [];
      expect(Number(String(service.healthcheck?.start_interval ?? often).replace("s", ""))).toBeGreaterThanOrEqual(5);
    }
  });

  test("may do no more than it must", () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    for (const name of ["privileged", "cap_add", "pid", "ipc", "devices", "userns_mode"])
      expect(service).not.toHaveProperty(name);
    expect(service.network_mode ?? "none").toBe("none");
    expect(service.volumes.filter((volume) => /docker\.sock|^\/|^\.\.|^\.\/?:/.test(volume))).toEqual([]);
    const user = service.user ?? /^USER (\S+)/m.exec(imageText(service))?.[1] ?? "root";
    expect(user).toMatch(/^(?!root|0(?!\d))[\w:]+$/);
    const bound = service.volumes.filter((volume) => volume.startsWith("./"));
    expect(bound.filter((volume) => !volume.endsWith(":ro"))).toEqual([]);
  });

  test("is of a named version", () => {
    const images = [service.image, ...Object.values(service.build?.args ?? {})].map(defaultOf);
    for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+[\w.-]*$/);
  });

  test("publishes no port but the front door, and tools on this machine only", () => {
    if (name === "nginx") return expect(service.ports).toEqual(["$" + "{HOST:-127.0.0.1}:$" + "{PORT:-3000}:8080"]);
    if (file === production) return expect(service.ports).toEqual([]);
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/);
  });

  test("gets its secrets as files", () => {
    const suspicious = /PASSWORD|SECRET|TOKEN|API_KEY|SMTP_URL/;
    for (const [key, value] of Object.entries(service.environment))
      if (suspicious.test(key)) expect(`${key}=${defaultOf(value)}`).toMatch(/=$|=\/run\/secrets/);
    const read = [...(service.command ?? []).join(" ").matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(
      ([, secret]) => secret,
    );
    for (const secret of read) expect(file === production ? service.secrets : madeSecrets).toContain(secret);
  });
});

test("production takes every secret that is made, and no other", () => {
  expect(Object.keys(production.secrets).sort()).toEqual(madeSecrets);
  for (const [name, { file }] of Object.entries(production.secrets))
    expect(defaultOf(file)).toBe(`./docker/secrets/${name}`);
  expect(read(".gitignore")).toMatch(/^docker\/secrets\/$/m);
  expect(read(".dockerignore")).toMatch(/^\*$/m);
  expect(read(".dockerignore")).not.toMatch(/^!docker$|^!docker\/secrets/m);
});

test("production asks for the address that people use", () => {
  const wanted = expect.stringMatching(/^\$\{PUBLIC_URL:\?.+\}$/);
  for (const name of ["todo-backend", "todo-frontend"])
    expect(production.services[name]?.environment.PUBLIC_URL).toEqual(wanted);
});

test("production is development without its tools", () => {
  const tools = ["secrets", "zipkin", "prometheus", "grafana"];
  const names = Object.keys(development.services).filter((name) => !tools.includes(name));
  expect(Object.keys(production.services).sort()).toEqual(names.sort());
  for (const name of names) {
    const same = ({ image, build, command, entrypoint, networks, user, mem_limit, healthcheck }: Service) => ({
      ...{ image, build, command, entrypoint, networks, user, mem_limit, healthcheck },
    });
    expect(same(production.services[name]!), name).toEqual(same(development.services[name]!));
  }
  const used = new Set(
    Object.values(production.services).flatMap(({ volumes }) => volumes.map((one) => one.split(":")[0])),
  );
  expect(Object.keys(production.volumes).filter((name) => !used.has(name))).toEqual([]);
});

test("only what must reaches out of the machine, the database and the broker", () => {
  for (const file of [development, production]) {
    const on = (network: string) =>
      Object.entries(file.services).flatMap(([name, { networks }]) => (networks?.includes(network) ? name : []));
    const open = Object.entries(file.networks).flatMap(([name, { internal }]) => (internal ? [] : name));
    expect(open).toEqual(["edge", "outside"]);
    expect(on("outside")).toEqual(["notification-service"]);
    for (const name of ["nginx", "todo-frontend", "todo-frontend-dapr", "sentry"])
      expect(on("stores")).not.toContain(name);
    expect(on("front").sort()).toEqual(["nginx", "todo-backend", "todo-frontend"]);
    // Standing alone, sentry vouches for whoever reaches it, as the app that one says it is.
    expect(file.services.sentry?.networks).toEqual(["authority"]);
    expect(on("authority").filter((name) => name !== "sentry" && !name.endsWith("-dapr"))).toEqual([]);
  }
});

test("every app has a sidecar that reads all of dapr/", () => {
  for (const file of [development, production])
    for (const appId of appIds) {
      const sidecar = file.services[`${appId}-dapr`];
      expect(sidecar?.environment).toMatchObject({ APP_ID: appId });
      expect(sidecar?.volumes).toEqual(
        expect.arrayContaining(["./dapr:/dapr:ro", "./docker/dapr.yaml:/etc/tend/dapr.yaml:ro"]),
      );
      expect(file.services[appId]?.environment.DAPR_HTTP_ENDPOINT).toBe(`http://${appId}-dapr:3500`);
      expect(existsSync(join(root, "dapr/apps", `${appId}.yaml`))).toBe(true);
    }
  const start = read("docker/sidecar/start-daprd");
  for (const path of ["/dapr", "/dapr/components", "/dapr/subscriptions"]) {
    expect(start).toContain(`--resources-path ${path} `);
    expect(existsSync(join(root, path))).toBe(true);
  }
  expect(start).toContain("--enable-mtls");
});

describe("Dockerfile", () => {
  const text = read("Dockerfile");
  test("builds anywhere", () => {
    expect(text).not.toMatch(/^# *syntax=/m);
    for (const [, base = ""] of text.matchAll(/^FROM (\S+)/gm)) expect(base).toMatch(/^\$\{\w+_IMAGE\}$|^[a-z-]+$/);
    for (const [, image = ""] of text.matchAll(/^ARG \w+=(.+)$/gm)) expect(image).toMatch(/:\d+\.\d+\.\d+/);
  });
  test.each(["services", "ui", "sidecar"])(
    "%s: nobody's root, and a program of its own as the first process",
    (target) => {
      const stage = targets.get(target) ?? "";
      expect(stage).toMatch(/^USER node$/m);
      expect(stage.match(/^CMD (.+)$/m)?.[1]).toMatch(/^\["(?!npm|npx|sh\b|bash\b)/);
    },
  );
  test("installs packages before it sees the sources", () => {
    const stage = targets.get("all-packages") ?? "";
    expect(stage).toMatch(/npm ci/);
    expect(stage).toContain("COPY --from=manifests");
    const copied = [...(targets.get("manifests") ?? "").matchAll(/^COPY (.+)$/gm)].map(([, files = ""]) =>
      files.split(" ").slice(0, -1),
    );
    expect(copied.flat().filter((file) => !/package(-lock)?\.json$/.test(file))).toEqual([]);
    const workspaces = Object.keys(JSON.parse(read("package-lock.json")).packages).filter(
      (path) => path && !path.includes("node_modules/"),
    );
    expect(copied.flat()).toEqual(expect.arrayContaining(workspaces.map((path) => `${path}/package.json`)));
  });
});

test("every setting of the compose files is documented", () => {
  const names = [read("docker-compose.yml"), read("docker-compose.prod.yml")].flatMap((text) =>
    [...text.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name),
  );
  const documents = read("docs/compose.md") + read(".env.example");
  expect([...new Set(names)].filter((name) => !documents.includes(name))).toEqual([]);
});
