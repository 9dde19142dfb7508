/** `npm run scale`: how far each part reaches, from what was measured: the tables of docs/scale.md. `-- --write` puts them there. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bootstrap/folders.mjs";
import { withTables } from "./scale/page.ts";
import { tables } from "./scale/tables.ts";

if (process.argv.includes("--write")) {
  const page = join(root, "docs/scale.md");
  writeFileSync(page, withTables(readFileSync(page, "utf8"), tables()));
} else {
  for (const [name, text] of tables()) console.log(`${name}\n\n${text}\n`);
}
