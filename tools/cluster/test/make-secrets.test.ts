import { expect, it } from "vitest";
import { makeSecrets, makeValues } from "../make-secrets.ts";
import { placeNamed } from "../places.ts";
import { secretNames } from "../secrets.ts";
import type { Shell } from "../shell.ts";

const nothing = { databaseUrl: undefined, smtpUrl: undefined, sendgridKey: undefined };
const dev = placeNamed("dev");

/** A cluster that has these secrets, and remembers those that are made. */
function clusterWith(present: string[]) {
  const made: { metadata: { name: string }; stringData: Record<string, string> }[] = [];
  const shell: Shell = {
    isDry: false,
    say: () => {},
    run: async (_program, args, call) => {
      if (args.includes("get")) return present.map((name) => `secret/${name}\n`).join("");
      made.push(JSON.parse(call?.input ?? ""));
      return "";
    },
    keep: () => undefined,
  };
  return { shell, made };
}

it("an empty cluster gets every secret that is not optional, with every key", async () => {
  const { shell, made } = clusterWith([]);
  await makeSecrets(shell, makeValues(dev, nothing));
  const wanted = secretNames.filter(({ optional }) => !optional).map(({ name, keys }) => [name, keys]);
  expect(made.map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)]).toSorted()).toEqual(
    wanted.toSorted(),
  );
  const values = makeValues(dev, nothing);
  expect(values["postgres-admin"]?.["database-url"]).toContain(
    `tend:${values["postgres-owner"]?.password}@tend-postgres-rw:5432/tend?sslmode=verify-full`,
  );
  const address = new URL(values["postgres-credentials-audit-service"]?.["postgres-credentials-audit-service"] ?? "");
  expect(address.username).toBe("audit-service");
  expect(address.password).not.toBe(values["postgres-owner"]?.password);
});

it("secrets that are there stay as they are, and a mail server can be added later", async () => {
  const { shell, made } = clusterWith(secretNames.filter(({ optional }) => !optional).map(({ name }) => name));
  await makeSecrets(shell, makeValues(dev, { ...nothing, smtpUrl: "smtp://mail.example.org" }));
  expect(made.map(({ metadata }) => metadata.name)).toEqual(["smtp-secret"]);
});

it("half of the database's secrets is a loss that is said, not one that is covered up", async () => {
  const { shell } = clusterWith(["postgres-owner"]);
  await expect(makeSecrets(shell, makeValues(dev, nothing))).rejects.toThrow("postgres-admin is missing");
});

it("the address of a role that a later version adds is made beside those that are there", async () => {
  const before = secretNames.filter(({ name, optional }) => !optional && name !== "postgres-credentials-events");
  const { shell, made } = clusterWith(before.map(({ name }) => name));
  await makeSecrets(shell, makeValues(dev, nothing));
  expect(made.map(({ metadata }) => metadata.name)).toEqual(["postgres-credentials-events"]);
});

it("the owner's password is not made anew for a database that is there", async () => {
  const { shell, made } = clusterWith(["postgres-credentials-dapr"]);
  await expect(makeSecrets(shell, makeValues(dev, nothing))).rejects.toThrow("postgres-owner is missing");
  expect(made.map(({ metadata }) => metadata.name)).not.toContain("postgres-owner");
});

it("a managed database needs its address, and is used with it", () => {
  const managed = placeNamed("prod-managed");
  expect(() => makeValues(managed, nothing)).toThrow("DATABASE_URL");
  const values = makeValues(managed, {
    ...nothing,
    databaseUrl: "postgres://admin:p@db.example.org:5432/tend?sslmode=require",
  });
  expect(values["postgres-owner"]).toBeUndefined();
  expect(values["postgres-credentials-dapr"]?.["postgres-credentials-dapr"]).toMatch(
    /^postgres:\/\/dapr:[^@]+@db\.example\.org:5432\/tend\?sslmode=require$/,
  );
});
