type Rule = [pattern: RegExp, what: string];

const ofColumns: Rule[] = [
  [/^drop (?!constraint\b|not null\b|default\b|expression\b|identity\b)/, "drops a column"],
  [/^rename\b/, "renames"],
  [/^alter (?:column )?\S+ (?:set data )?type\b/, "changes a column's type"],
  [/^alter (?:column )?\S+ set not null\b/, "refuses null where it was allowed"],
  [/^alter (?:column )?\S+ drop default\b/, "takes a default away"],
  [
    /^add (?:column )?(?:if not exists )?(?!constraint\b|check\b|unique\b|primary\b|foreign\b|exclude\b)(?=.*\bnot null\b)(?!.*\b(?:default|generated)\b)/,
    "adds a column that has to be given",
  ],
  [/^add (?:constraint \S+ )?(?:check|unique|primary|foreign|exclude)\b/, "refuses rows that were allowed"],
];
const ofStatements: Rule[] = [
  [/^drop (?:table|view|materialized view|function|type|schema|domain|sequence)\b/, "drops what is there"],
  [/^alter (?!index\b).*\brename\b/, "renames"],
];

/** Since when nothing uses any more what goes: `-- Since 1.4.0: tasks.colour is neither read nor written.` */
const leave = /^-- Since (\d+\.\d+\.\d+): \S+/m;

/** What in a migration the version before it could not bear, which works on while it is applied and after; empty where the file says that it can. */
export function contractions(sql: string, version: string): string[] {
  const statements = statementsOf(sql);
  const own = new Set(statements.map((statement) => /^create table (?:if not exists )?(\S+)/.exec(statement)?.[1]));
  const found = statements.flatMap((statement) => judge(statement, own));
  const since = leave.exec(sql)?.[1];
  return since !== undefined && isEarlier(since, version) ? [] : found;
}

function judge(statement: string, own: Set<string | undefined>): string[] {
  const said = (what: string) => `${what}: ${statement.slice(0, 80)}`;
  const [, table, actions = ""] = /^alter table (?:if exists )?(?:only )?(\S+) (.*)$/.exec(statement) ?? [];
  const [, unique, aside, indexed] =
    /^create (unique )?index (concurrently )?.*?\bon (?:only )?([^\s(]+)/.exec(statement) ?? [];
  if (own.has(table ?? indexed ?? "")) return [];
  if (unique) return [said("refuses rows that were allowed")];
  if (indexed && !aside) return [said("lets writers wait, as it is not made concurrently")];
  const parts = table ? actionsOf(actions) : [statement];
  const rules = table ? ofColumns : ofStatements;
  return parts.flatMap((part) => rules.filter(([pattern]) => pattern.test(part)).map(([, what]) => said(what)));
}

/** In lower case on one line, without comments, texts and bodies of functions. */
const statementsOf = (sql: string): string[] =>
  sql
    .replaceAll(/--.*$/gm, "")
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\$(\w*)\$.*?\$\1\$/gs, "''")
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .split(";")
    .map((statement) => statement.replaceAll(/\s+/g, " ").trim().toLowerCase())
    .filter((statement) => statement !== "");

/** Apart at the commas that are in no brackets. */
const actionsOf = (actions: string): string[] => {
  const parts = [""];
  let depth = 0;
  for (const sign of actions) {
    depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    if (sign === "," && depth === 0) parts.push("");
    else parts.push(`${parts.pop()}${sign}`);
  }
  return parts.map((part) => part.trim());
};

function isEarlier(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  const place = a?.findIndex((number, index) => number !== b?.[index]) ?? -1;
  return place >= 0 && Number(a?.[place]) < Number(b?.[place]);
}
