import { type Statement, statementsOf } from "./statements.ts";

const constant = "(?:''|-?\\d+(?:\\.\\d+)?|true|false|null|now\\(\\)|current_timestamp)(?:::[\\w .]+(?:\\[\\])?)?";
const type =
  "(?!\\w*serial\\b)[\\w.]+(?: varying| precision)?(?:\\([\\d, ]+\\))?(?: with(?:out)? time zone)?(?:\\[\\])?";

/** They take no lock that lasts, and neither refuse nor change what the version before reads and writes. */
const harmless = [
  /^create table (?!.*\b(?:partition of|inherits)\b)/,
  /^create (?:domain|extension|function|index concurrently|materialized view|procedure|schema|sequence|type|view)\b/,
  /^(?:comment on|grant)\b/,
];
const column = `^add (?:column )?(?:if not exists )?"?\\w+"? ${type}`;
const harmlessToTables = [
  new RegExp(`${column}(?: null)?(?: default ${constant})?$`),
  new RegExp(`${column}(?: not null default ${constant}| default ${constant} not null)$`),
  /^alter (?:column )?\S+ drop not null$/,
  /^validate constraint \S+$/,
];

/** Of what a migration has itself made nobody knows yet. */
const ofTable =
  /^(?:alter table (?:if exists )?|insert into |update |delete from |create (?:unique index|index|policy|trigger) .*?\bon )(?:only )?([^\s(]+)/;
const alteration = /^alter table (?:if exists )?(?:only )?\S+ (.*)$/;

type Doubt = {
  what: string;
  /** Names of what goes, a column's with its table's. */
  gone: string[];
};

/**
 * What in a migration the version before it might not bear, which works on while it is applied and after. What is not known to be harmless
 * gives its reason in a comment over it: `-- Since 1.4.0: tasks.colour is neither read nor written.` where something goes, else `-- Safe: …`.
 */
export function contractions(sql: string, version: string): string[] {
  const statements = statementsOf(sql);
  const own = new Set(statements.map(({ text }) => /^create table (?!if not exists )([^\s(]+)/.exec(text)?.[1]));
  return statements.flatMap((statement) =>
    doubtsAbout(statement.text, own)
      .filter((doubt) => !isAnswered(doubt, statement, version))
      .map(({ what, gone }) =>
        gone.length > 0
          ? `needs "-- Since" with ${gone.join(", ")} over it: ${what}`
          : `needs "-- Safe" over it: ${what}`,
      ),
  );
}

function doubtsAbout(text: string, own: Set<string | undefined>): Doubt[] {
  const table = ofTable.exec(text)?.[1];
  if (table !== undefined && own.has(table)) return [];
  const actions = alteration.exec(text)?.[1];
  const [parts, known] = actions ? [actionsOf(actions), harmlessToTables] : [[text], harmless];
  return parts
    .filter((part) => !known.some((pattern) => pattern.test(part)))
    .map((part) => ({ what: text.slice(0, 80), gone: actions ? goneOf(part, table ?? "") : droppedBy(part) }));
}

/** Columns, or the table's name. What a constraint has refused is nothing that somebody reads. */
function goneOf(action: string, table: string): string[] {
  if (/^rename to\b/.test(action)) return namesIn(table);
  const column = /^(?:drop|rename) (?!constraint\b)(?:column )?(?:if exists )?(\S+)/.exec(action)?.[1];
  return column ? namesIn(`${table},${column}`) : [];
}

const kinds = "(?:table|view|materialized view|function|procedure|type|domain|schema|sequence)";
const dropping = new RegExp(`^drop ${kinds} (?:if exists )?(.+?)(?: cascade| restrict)?$`);
const renaming = new RegExp(`^alter ${kinds} (\\S+).* rename\\b`);
const droppedBy = (statement: string) =>
  namesIn((dropping.exec(statement) ?? renaming.exec(statement))?.[1]?.replaceAll(/\([^)]*\)/g, "") ?? "");

/** Without their schemas. */
const namesIn = (list: string) =>
  list
    .replaceAll('"', "")
    .split(",")
    .map((name) => name.trim().replace(/^.*\./, ""))
    .filter((name) => name !== "");

function isAnswered({ gone }: Doubt, { comments }: Statement, version: string): boolean {
  if (gone.length === 0 && comments.some((comment) => /^-- Safe: \S/.test(comment))) return true;
  return comments.some((comment) => {
    const [, since, reason = ""] = /^-- Since (\d+\.\d+\.\d+): (\S.*)/.exec(comment) ?? [];
    const named = reason.toLowerCase().split(/\W+/);
    return since !== undefined && isEarlier(since, version) && gone.every((name) => named.includes(name));
  });
}

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
