import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { schemas, services } from "../launcher/apps.ts";
import { edits } from "./edits.ts";

const workspaces = [
  ...services.map(({ folder }) => folder),
  ...readdirSync(join(root, "packages")).map((name) => join("packages", name)),
];
const isLeftOut = (path: string) => /^(?:node_modules|test|\.turbo|\.next)$/.test(basename(path));

/** Puts the sources of a version after this one into the folder: these, edited, and with a migration of every table. */
export function makeNextVersion(folder: string): void {
  for (const name of ["package.json", "tools", ...workspaces])
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !isLeftOut(path) });
  linkPackages(folder);
  for (const { file, before, after } of edits) edit(join(folder, file), before, after);
  for (const { directory } of schemas) addMigrations(join(folder, directory.slice(root.length)));
}

/** Packages are those of this version; workspaces are its own. */
function linkPackages(folder: string): void {
  const packages = join(folder, "node_modules");
  mkdirSync(join(packages, "@tend"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "@tend" && !name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(packages, name));
  for (const place of workspaces) {
    symlinkSync(
      join(folder, place),
      join(packages, JSON.parse(readFileSync(join(folder, place, "package.json"), "utf8")).name),
    );
    const nested = join(root, place, "node_modules");
    if (existsSync(nested)) symlinkSync(nested, join(folder, place, "node_modules"));
  }
}

function edit(file: string, before: string, after: string): void {
  const parts = readFileSync(file, "utf8").split(before);
  if (parts.length !== 2)
    throw new Error(`"${before}" is ${parts.length - 1} times in ${file}: mend tools/upgrade/edits.ts`);
  writeFileSync(file, parts.join(after));
}

/** As a careful hand would add them: each table in a transaction of its own, a default for who does not know the column. */
function addMigrations(directory: string): void {
  const sql = readdirSync(directory).map((name) => readFileSync(join(directory, name, "migration.sql"), "utf8"));
  const tables = [...sql.join("\n").matchAll(/^create table (\w+)/gim)].map(([, table = ""]) => table);
  for (const table of tables) {
    addMigration(join(directory, `29990101000000_${table}_next`), expanding(table));
    addMigration(
      join(directory, `29990102000000_${table}_next_index`),
      `create index concurrently ${table}_next on ${table} (next_rank);`,
    );
  }
}

function addMigration(folder: string, sql: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "migration.sql"), sql);
}

const expanding = (table: string) => `
alter table ${table} add column next_note text, add column next_rank integer not null default 0;
alter table ${table} add constraint ${table}_next_rank check (next_rank >= 0) not valid;
alter table ${table} validate constraint ${table}_next_rank;
`;
