import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { schemas } from "../../launcher/apps.ts";
import { contractions } from "../contracting.ts";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Before there was a version that could run beside them; with the number of their doubts. */
const ofTheBeginning = new Map([
  ["todo/20261121140000_task_text", 1],
  ["recurring/20261121140000_ledger_by_number", 4],
]);

const migrations = schemas.flatMap(({ schema, directory }) =>
  readdirSync(directory).map((name) => [`${schema}/${name}`, join(directory, name, "migration.sql")] as const),
);

test.each(migrations)("the version before %s bears it", (name, file) => {
  const found = contractions(readFileSync(file, "utf8"), version);
  expect(found, found.join("\n")).toHaveLength(ofTheBeginning.get(name) ?? 0);
});

const going = [
  ["tasks, notes", "alter table tasks drop column notes"],
  ["tasks, notes", "ALTER TABLE todo.tasks\n  DROP notes"],
  ["tasks, notes", "alter table tasks add column body text, drop column if exists notes"],
  ["tasks, notes", "alter table tasks rename column notes to body"],
  ["tasks", "alter table tasks rename to things"],
  ["mood", "alter type mood rename value 'calm' to 'quiet'"],
  ["labels", "drop table labels"],
  ["labels, series", 'drop table if exists "labels", todo.series cascade'],
  ["task_json", "drop function task_json(tasks, text)"],
] as const;

test.each(going)("%s cannot go without a version that does not need it: %s", (names, sql) => {
  const found = [`needs "-- Since" with ${names} over it: `];
  const since = (reason: string) =>
    contractions(`-- Since ${reason}\n${sql};`, "0.3.0").map((one) => one.slice(0, found[0]?.length));
  expect(since("0.2.9: notes of tasks, mood, labels, series and task_json are not used.")).toEqual([]);
  expect(since("0.3.0: this version uses neither notes of tasks, mood, labels, series nor task_json.")).toEqual(found);
  expect(since(`0.2.9: ${names.split(", ").slice(1).join()} and something else are not used.`)).toEqual(found);
  expect(contractions(`-- Safe: they say so.\n${sql};`, "0.3.0")).toHaveLength(1);
  expect(
    contractions(`-- Since 0.2.9: ${names} are not used.\ngrant select on tasks to todo;\n${sql};`, "0.3.0"),
  ).toHaveLength(1);
});

const doubtful = [
  "alter table tasks alter column priority type integer",
  "alter table only tasks alter priority set data type integer using priority::int",
  "alter table tasks alter due set not null",
  "alter table tasks alter column notes drop default",
  "alter table tasks add column size numeric(4, 2) not null",
  "alter table tasks add size text not null default 's' check (size in ('s', 'm'))",
  "alter table tasks add column token uuid default gen_random_uuid()",
  "alter table tasks add column number bigserial",
  "alter table tasks add column long boolean generated always as (length(title) > 9) stored",
  "alter table tasks add column section_id uuid references sections",
  "alter table tasks add constraint short check (length(title) < 9) not valid",
  "alter table tasks add foreign key (section_id) references sections",
  "alter table tasks drop constraint tasks_pkey",
  "alter table tasks enable row level security",
  "alter table tasks disable trigger all",
  "create unique index concurrently tasks_title on tasks (title)",
  "create index on tasks (title)",
  "create table late partition of tasks for values in ('late')",
  "create table late () inherits (tasks)",
  "create trigger t before insert on tasks for each row execute function refuse_change()",
  "create or replace function task_json(t tasks) returns json language sql as $$ select '{}'::json $$",
  "create or replace view credentials as select 1",
  "drop index tasks_title",
  "drop trigger chain_only_grows on chain",
  "revoke select on tasks from todo",
  "truncate tasks",
  "delete from tasks",
  "update tasks set notes = ''",
  "insert into tasks select * from others",
  "with gone as (delete from tasks returning *) select * from gone",
  "select set_config('search_path', '', false)",
  "do $$ begin drop table tasks; end $$",
  "lock table tasks",
  "set local lock_timeout = '10min'",
];

test.each(doubtful)("gives a reason: %s", (sql) => {
  expect(contractions(`${sql};`, "0.3.0")).toEqual([expect.stringMatching(/^needs "-- Safe" over it: /)]);
  expect(contractions(`-- Safe: few rows.\n${sql};`, "0.3.0")).toEqual([]);
  expect(contractions(`-- Since 0.2.9: not needed.\n${sql};`, "0.3.0")).toEqual([]);
  expect(contractions(`-- Safe: another.\ncreate type other as enum ();\n${sql}`, "0.3.0")).toHaveLength(1);
});

const borne = [
  "alter table tasks add column size text, add column rank integer not null default 0, add seen boolean default false not null",
  "alter table tasks add column if not exists at timestamptz(3) default now(), add tags text[] not null default '{}'::text[]",
  "alter table tasks alter due drop not null, validate constraint short",
  "create table sections (id uuid); alter table sections add unique (id); create unique index on sections (id); insert into sections values (1)",
  "create table heads (id uuid); create trigger t before update or delete on heads for each row execute function f(); update heads set id = null",
  "create index concurrently tasks_title on tasks (title); create function f() returns int language sql as $$ select 1; drop table tasks $$",
  "-- drop table tasks;\n/* drop table tasks; */ comment on table tasks is E'it\\'s; drop table tasks; '';' /* -- */",
  "create view v as select 1; create extension if not exists pg_trgm; grant select on tasks to todo",
  "create type mood as enum ('calm'); create function g() returns text language sql as $a$ select $$;drop table tasks$$ $a$",
];

test.each(borne)("is borne: %s", (sql) => {
  expect(contractions(`${sql};`, "0.3.0")).toEqual([]);
});

test("a table that may have been there is not the migration's own", () => {
  const sql = "create table if not exists tasks (id uuid); create index on tasks (title);";
  expect(contractions(sql, "0.3.0")).toHaveLength(1);
});

test("a text hides nothing that comes after it", () => {
  expect(
    contractions(
      "comment on table tasks is E'\\''; drop table labels; comment on table tasks is '--'; drop table series",
      "0.3.0",
    ),
  ).toHaveLength(2);
});
