import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../bootstrap/folders.mjs";
import { changeMail, makeSecrets } from "../secrets.ts";

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "tend-secrets-"));
  folder = join(parent, "secrets");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const noMail = { smtpUrl: undefined, sendgridKey: undefined };
const store = (appId: string) => JSON.parse(readFileSync(join(folder, `${appId}.json`), "utf8"));
const all = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

test("every secret is random and another, and the folder is its owner's", () => {
  expect(makeSecrets(folder, noMail)).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const secrets = Object.values(all())
    .flatMap((text) => text.match(/[\w-]{43}(?=@|\n|"[,\n])/g) ?? [])
    .filter((secret, index, list) => list.indexOf(secret) === index);
  // Tokens of five apps, passwords of four services, of Dapr's state and of the superuser, the key of the sessions.
  expect(secrets).toHaveLength(5 * 2 + 4 + 1 + 1 + 1);
});

test("a folder that was there and open to all is its owner's from then on", () => {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  expect(makeSecrets(folder, noMail)).toBe(true);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("a volume is open to the users of the containers, also one that was closed", () => {
  makeSecrets(folder, noMail);
  const before = all();
  expect(makeSecrets(folder, noMail, { isVolume: true })).toBe(false);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  expect(all()).toEqual(before);
});

test("the development's secrets are made into a volume that the containers' users can read", () => {
  const { services } = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true });
  expect(services.secrets.command).toContain("--volume");
});

test("each sidecar gets its own service's secrets only", () => {
  makeSecrets(folder, noMail);
  const shared = ["kafka-brokers", "postgres-credentials-dapr"];
  expect(Object.keys(store("audit-service")).sort()).toEqual([...shared, "postgres-credentials-audit-service"].sort());
  expect(Object.keys(store("todo-backend"))).toContain("jwt-secret");
});

test("what prepares the database has every role's account, and no more", () => {
  makeSecrets(folder, { smtpUrl: "smtp://mail", sendgridKey: undefined });
  const all = store("secrets");
  expect(Object.keys(all)).toHaveLength(4 + 2);
  expect(all).toMatchObject({
    "postgres-credentials-audit-service": store("audit-service")["postgres-credentials-audit-service"],
  });
});

test("what is there is never overwritten", () => {
  makeSecrets(folder, noMail);
  const before = all();
  expect(makeSecrets(folder, { smtpUrl: "smtp://mail", sendgridKey: undefined })).toBe(false);
  expect(all()).toEqual(before);
});

test("a making that was cut off begins anew: nothing can have used it", () => {
  makeSecrets(folder, noMail);
  rmSync(join(folder, "postgres-password"));
  writeFileSync(join(folder, "audit-service.json.new"), "half");
  expect(makeSecrets(folder, noMail)).toBe(true);
});

test("another mail server changes the mail server only", () => {
  makeSecrets(folder, { smtpUrl: "smtp://one", sendgridKey: undefined });
  const { "smtp-secret": smtp, ...before } = store("notification-service");
  expect(smtp).toBe("smtp://one");
  changeMail(folder, { smtpUrl: undefined, sendgridKey: "sendgrid-key" });
  expect(store("notification-service")).toEqual({ ...before, "sendgrid-secret": "sendgrid-key" });
  expect(store("todo-backend")["sendgrid-secret"]).toBe("sendgrid-key");
});
