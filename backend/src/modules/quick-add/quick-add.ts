import { NewTask, type QuickAdded } from "@tend/contracts";
import type { Database } from "../tasks/tasks.repository.ts";
import { parseQuickAdd } from "./parse-quick-add.ts";

export type Draft = { task: NewTask; spans: QuickAdded["spans"] };

const namesStatement = `
  select (select id from projects where owner_id = $1 and lower(name) = lower($2) order by id limit 1) as "projectId",
    (select coalesce(jsonb_object_agg(lower(name), id), '{}') from labels where owner_id = $1 and lower(name) = any($3)) as labels,
    rfc3339(clock()) as now`;

type Names = { projectId: string | null; labels: Record<string, string>; now: string };

/** The task that a line of text means. A #project or @label that the account does not have stays in the title. */
export async function draftTask(db: Database, accountId: string, text: string, timeZone: string): Promise<Draft> {
  const names = await findNames(db, accountId, null, []);
  const first = parseQuickAdd(text, { now: names.now, timeZone });
  if (!first.projectName && first.labelNames.length === 0)
    return asMeant(text, { task: toTask(first, names), spans: first.spans });
  const known = await findNames(db, accountId, first.projectName, first.labelNames);
  const isKnown = (kind: "project" | "label", name: string) =>
    kind === "project" ? known.projectId !== null : labelIdOf(known, name) !== null;
  const parsed = parseQuickAdd(text, { now: names.now, timeZone, isKnown });
  return asMeant(text, { task: toTask(parsed, known), spans: parsed.spans });
}

/** What no task may hold, such as a date in the year 0, was not meant: then the whole line is the title. */
const asMeant = (text: string, draft: Draft): Draft =>
  NewTask.safeParse(draft.task).success ? draft : { task: { title: text }, spans: [] };

// Names come from outside, and "constructor" is a property of every object.
const labelIdOf = ({ labels }: Names, name: string) =>
  Object.hasOwn(labels, name.toLowerCase()) ? (labels[name.toLowerCase()] ?? null) : null;

async function findNames(db: Database, accountId: string, project: string | null, labels: string[]): Promise<Names> {
  const values = [accountId, project, labels.map((name) => name.toLowerCase())];
  const { rows } = await db.query<Names>({ name: "quick-add-names", text: namesStatement, values });
  return rows[0] as Names;
}

function toTask(parsed: ReturnType<typeof parseQuickAdd>, names: Names): NewTask {
  const labelIds = [...new Set(parsed.labelNames.flatMap((name) => labelIdOf(names, name) ?? []))];
  return {
    title: parsed.title,
    ...(parsed.due ? { due: parsed.due } : {}),
    ...(parsed.recurrence ? { recurrence: parsed.recurrence } : {}),
    ...(parsed.priority ? { priority: parsed.priority } : {}),
    ...(parsed.reminders.length > 0 ? { reminders: parsed.reminders } : {}),
    ...(parsed.projectName && names.projectId ? { projectId: names.projectId } : {}),
    ...(labelIds.length > 0 ? { labelIds } : {}),
  };
}
