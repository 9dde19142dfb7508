export type Statement = {
  /** In lower case on one line, without comments; texts and bodies of functions are ''. */
  text: string;
  /** Over it and in it. */
  comments: string[];
};

const token =
  /(--.*)|\/\*[\s\S]*?\*\/|(;)|\$(\w*)\$[\s\S]*?\$\3\$|\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"[^"]*"|[\s\S]/g;

export function statementsOf(sql: string): Statement[] {
  const statements: Statement[] = [{ text: "", comments: [] }];
  for (const [sign, comment, end] of sql.matchAll(token)) {
    const last = statements.at(-1);
    if (end) statements.push({ text: "", comments: [] });
    else if (comment) last?.comments.push(comment);
    else if (last) last.text += sign.length === 1 || sign.startsWith('"') ? sign : sign.startsWith("/*") ? " " : "''";
  }
  return statements
    .map(({ text, comments }) => ({ text: text.replaceAll(/\s+/g, " ").trim().toLowerCase(), comments }))
    .filter(({ text }) => text !== "");
}
