const words = /^(?:and|or|unless|bool|offset|sum|max|min|avg|count|topk|bottomk)$/;

/** The metrics that a query of Prometheus names: what is no function, no word of the language, and no label. */
export function metricsIn(query: string): string[] {
  const bare = query
    .replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, " ")
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ");
  return [...bare.matchAll(/\b[a-z_:][\w:]*\b(?!\s*\()/gi)].map(([name]) => name).filter((name) => !words.test(name));
}
