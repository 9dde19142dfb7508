import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { schemas } from "../../launcher/apps.ts";
import { contractions } from "../contracting.ts";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Before there was a version that could run beside them. */
const ofTheBeginning = new Set(["recurring/20261121140000_ledger_by_number"]);

const migrations = schemas.flatMap(({ schema, directory }) =>
  readdirSync(directory).map((name) => [`${schema}/${name}`, join(directory, name, "migration.sql")] as const),
);

test.each(migrations.filter(([name]) => !ofTheBeginning.has(name)))("the version before %s bears it", (_, file) => {
  expect(contractions(readFileSync(file, "utf8"), version)).toEqual([]);
});

test("the one of the beginning would be refused now", () => {
  const [name = ""] = ofTheBeginning;
  const file = migrations.find(([one]) => one === name)?.[1] ?? "";
  expect(contractions(readFileSync(file, "utf8"), version)).toHaveLength(2);
});

const refused = [
  ["drops a column", "alter table tasks drop column notes"],
  ["drops a column", "ALTER TABLE tasks\n  DROP notes"],
  ["drops a column", "alter table tasks add column body text, drop if exists notes"],
  ["renames", "alter table tasks rename column notes to body"],
  ["renames", "alter table tasks rename to things"],
  ["renames", "alter type mood rename value 'calm' to 'quiet'"],
  ["changes a column's type", "alter table tasks alter column priority type integer"],
  ["changes a column's type", "alter table only tasks alter priority set data type integer using priority::int"],
  ["refuses null where it was allowed", "alter table tasks alter due set not null"],
  ["takes a default away", "alter table tasks alter column notes drop default"],
  ["adds a column that has to be given", "alter table tasks add column size numeric(4, 2) not null"],
  ["adds a column that has to be given", "alter table tasks add size text not null check (size in ('s', 'm'))"],
  ["refuses rows that were allowed", "alter table tasks add constraint short check (length(title) < 9) not valid"],
  ["refuses rows that were allowed", "alter table tasks add foreign key (section_id) references sections"],
  ["refuses rows that were allowed", "create unique index concurrently on tasks (title)"],
  ["lets writers wait", "create index on tasks (title)"],
  ["drops what is there", "drop table labels"],
  ["drops what is there", "drop function task_json(tasks)"],
] as const;

test.each(refused)("%s: %s", (what, sql) => {
  expect(contractions(`select 1;\n${sql};`, "0.3.0")).toEqual([expect.stringMatching(`^${what}.*: `)]);
  expect(contractions(`-- Since 0.2.9: nobody uses it\n${sql};`, "0.3.0")).toEqual([]);
  expect(contractions(`-- Since 0.3.0: this version does not use it\n${sql};`, "0.3.0")).toHaveLength(1);
});

const expanding = [
  "alter table tasks add column size text, add column rank integer not null default 0",
  "alter table tasks add column long boolean not null generated always as (length(title) > 9) stored",
  "create table sections (id uuid); alter table sections add unique (id); create unique index on sections (id)",
  "alter table tasks alter due drop not null, drop constraint tasks_priority_check",
  "create index concurrently tasks_title on tasks (title); create function f() returns int language sql as $$ select 1; drop table tasks $$",
  "-- drop table tasks;\nupdate tasks set notes = 'drop table tasks; drop table labels' where false",
  "create or replace view v as select 1; alter index tasks_title rename to tasks_by_title",
];

test.each(expanding)("is borne: %s", (sql) => {
  expect(contractions(`${sql};`, "0.3.0")).toEqual([]);
});
