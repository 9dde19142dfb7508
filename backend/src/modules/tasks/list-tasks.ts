import type { TaskListQuery, TaskSort } from "@tend/contracts";
import { startOfDay } from "@tend/recurrence";
import { notFound, problem } from "@tend/service-kit";
import { insufficientScope, unauthenticated } from "../../auth/authenticate.ts";
import { priorities } from "./task-row.ts";
import { callerCte } from "./task-statements.ts";
import type { Database } from "./tasks.repository.ts";

type Key = { column: string; type: string };
const keys: Record<string, Key> = {
  position: { column: "position", type: "text" },
  due: { column: "due_sort", type: "timestamptz" },
  priority: { column: "priority", type: "smallint" },
  created: { column: "created_at", type: "timestamptz" },
  updated: { column: "updated_at", type: "timestamptz" },
};

type Listed = {
  account_id: string | null;
  may_read: boolean;
  has_project: boolean;
  has_label: boolean;
  items: string | null;
  /** Of the page's last task, if there are more after it. */
  last_key: string | null;
  last_id: string | null;
};

/**
 * A page of tasks as JSON text: who asks and what they may see in one statement, one prepared statement per combination of
 * filters and sort. `zone` is needed only with dueFrom or dueTo.
 */
export async function listTasks(db: Database, credentialHash: Buffer, query: TaskListQuery, zone: string) {
  if (query.sectionId || query.parentId || query.assigneeId) throw notFound();
  const statement = listStatement(credentialHash, query, zone);
  const { rows } = await db.query<Listed>(statement);
  const first = rows[0];
  if (!first?.account_id) throw unauthenticated();
  if (!first.may_read) throw insufficientScope("read");
  if (!first.has_project || !first.has_label) throw notFound();
  const { items, last_key, last_id } = first;
  const nextCursor = last_key !== null && last_id !== null ? encodeCursor(query.sort, last_key, last_id) : null;
  const json = `{"items":[${items ?? ""}],"nextCursor":${JSON.stringify(nextCursor)}}`;
  return { json, accountId: first.account_id };
}

function listStatement(credentialHash: Buffer, query: TaskListQuery, zone: string) {
  const values: unknown[] = [credentialHash];
  const add = (value: unknown) => `$${values.push(value)}`;
  const isDescending = query.sort.startsWith("-");
  const key = keys[query.sort.replace("-", "")] as Key;
  const project = query.projectId && add(query.projectId);
  const label = query.labelId && add(query.labelId);
  const where = [
    "t.owner_id = a.account_id",
    query.status.length === 1 && query.status[0] === "open"
      ? "t.status = 'open'"
      : `t.status = any(${add(query.status)})`,
    project && `t.project_id = ${project}::uuid`,
    label && `t.label_ids @> array[${label}::uuid]`,
    query.seriesId && `t.series_id = ${add(query.seriesId)}`,
    query.priority && `t.priority = ${add(priorities.indexOf(query.priority))}`,
    query.q && `(t.title || E'\\n' || t.notes) ilike ${add(`%${query.q.replace(/[\\%_]/g, "\\$&")}%`)}`,
    ...dueRange(query, zone, add),
    query.cursor && afterCursor(query.sort, query.cursor, key, isDescending, add),
  ].filter(Boolean);
  const order = isDescending ? "desc" : "asc";
  // As a number in the text: for a parameter PostgreSQL plans every execution anew, which takes longer than the page.
  const { limit } = query;
  // One row with the whole page: fifty rows cost more to send and to read than to put together.
  const text = `
    with ${callerCte}
    select a.account_id, 'read' = any(a.scopes) as may_read, page.items,
      case when page.count > ${limit} then page.last_key end as last_key, case when page.count > ${limit} then page.last_id end as last_id,
      ${project ? `exists (select from projects p where p.id = ${project}::uuid and p.owner_id = a.account_id)` : "true"} as has_project,
      ${label ? `exists (select from labels l where l.id = ${label}::uuid and l.owner_id = a.account_id)` : "true"} as has_label
    from (values (1)) one(row) left join caller a on true
    left join lateral (
      select string_agg(json, ',' order by n) filter (where n <= ${limit}) as items, count(*) as count,
        max(key) filter (where n = ${limit}) as last_key, max(id::text) filter (where n = ${limit}) as last_id
      from (
        select row_number() over () as n, found.* from (
          select task_text(t) as json, t.${key.column}::text as key, t.id from tasks t where ${where.join(" and ")}
          order by t.${key.column} ${order}, t.id ${order} limit ${limit + 1}
        ) found
      ) numbered
    ) page on true`;
  return { name: statementName(text), text, values };
}

const names = new Map<string, string>();
/** Each connection keeps what has a name; PostgreSQL cuts names at 63 bytes, so combinations are numbered. */
const mostNames = 200;

/** Rare combinations beyond the first ones are planned anew each time: nobody can fill the database's memory with them. */
function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= mostNames) return known;
  const name = `task-list-${names.size}`;
  names.set(text, name);
  return name;
}

/** Timed dues by their instant, all-day ones by their date. due_sort, at most two days off either way, lets the index find them. */
function dueRange(query: TaskListQuery, zone: string, add: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  for (const [bound, compare, margin] of [
    [query.dueFrom, ">=", "- interval '3 days'"],
    [query.dueTo, "<", "+ interval '3 days'"],
  ] as const) {
    if (!bound) continue;
    const at = add(startOfDay(bound, zone));
    conditions.push(
      `t.due_sort ${compare} ${at}::timestamptz ${margin}`,
      `case when t.due_at is null then t.due_date ${compare} ${add(bound)}::date else t.due_at ${compare} ${at}::timestamptz end`,
    );
  }
  return conditions;
}

const encodeCursor = (sort: TaskSort, key: string, id: string) =>
  Buffer.from(JSON.stringify([sort, key, id])).toString("base64url");

const keyShapes: Record<string, RegExp> = {
  text: /^[0-9A-Za-z]{1,100}$/,
  timestamptz: /^(infinity|\d{4,5}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?)$/,
  smallint: /^[0-4]$/,
};
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function afterCursor(sort: TaskSort, cursor: string, key: Key, isDescending: boolean, add: (value: unknown) => string) {
  const parts = parse(cursor);
  if (parts?.[0] !== sort || !keyShapes[key.type]?.test(parts[1]) || !uuid.test(parts[2])) {
    throw problem(400, "invalid_cursor", "The cursor does not belong to this list. Start again without one.", {
      errors: [{ path: "cursor", message: "does not belong to this list" }],
    });
  }
  const compare = isDescending ? "<" : ">";
  return `(t.${key.column}, t.id) ${compare} (${add(parts[1])}::${key.type}${key.type === "text" ? ' collate "C"' : ""}, ${add(parts[2])}::uuid)`;
}

function parse(cursor: string): [string, string, string] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === "string")
      ? (value as [string, string, string])
      : null;
  } catch {
    return null;
  }
}
