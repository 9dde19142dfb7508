import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { migrate } from "@tend/service-kit";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { databaseUrl, serverUrl } from "./database-url.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A database with all migrations applied, to copy. */
    templateDatabase: string;
  }
}

/** Migrates once per run; each test app then copies the result, which takes milliseconds. */
export default async function setUp(project: TestProject) {
  const name = `t_template_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const fresh = new pg.Client({ connectionString: databaseUrl(name) });
  await fresh.connect();
  await fresh.query("create schema todo");
  await fresh.end();
  const directory = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
  await migrate({ connectionString: databaseUrl(name), directory, schema: "todo" });
  project.provide("templateDatabase", name);
  return async () => {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  };
}
