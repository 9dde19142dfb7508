const marked = /<!-- scale: (\w+) -->\n[\s\S]*?<!-- end -->/g;

/** The page with each table between its marks as it is now; throws when page and tables do not name the same. */
export function withTables(page: string, tables: ReadonlyMap<string, string>): string {
  const named = new Set<string>();
  const written = page.replace(marked, (_, name: string) => {
    named.add(name);
    const text = tables.get(name);
    if (text === undefined) throw new Error(`docs/scale.md marks a table ${name}, which there is not`);
    return `<!-- scale: ${name} -->\n${text}\n<!-- end -->`;
  });
  for (const name of tables.keys())
    if (!named.has(name)) throw new Error(`docs/scale.md has no place for the table ${name}`);
  return written;
}
