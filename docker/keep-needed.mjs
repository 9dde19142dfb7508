// keep-needed WORKSPACE…: removes from node_modules what these workspaces and the root do not depend on. npm keeps optional
// peers of what it installs (another framework, a test runner), where the lockfile has them for other workspaces.
import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path/posix";

/** @type {Record<string, { link?: boolean, resolved?: string, dependencies?: object, optionalDependencies?: object, peerDependencies?: object, peerDependenciesMeta?: Record<string, { optional?: boolean }> }>} */
const packages = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
const needed = new Set();

/** Where a module below `from` finds `name`, as Node looks for it. */
function find(/** @type {string} */ from, /** @type {string} */ name) {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = `${folder === "." || folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === "." || folder === "") return undefined;
  }
}

function keep(/** @type {string} */ path) {
  if (needed.has(path)) return;
  needed.add(path);
  const { link, resolved = "", ...entry } = packages[path] ?? {};
  if (link) return keep(resolved);
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (name) => !entry.peerDependenciesMeta?.[name]?.optional,
  );
  // The root's optional ones are Node itself, which the image has.
  const optional = path === "" ? [] : Object.keys(entry.optionalDependencies ?? {});
  for (const name of [...Object.keys(entry.dependencies ?? {}), ...optional, ...peers]) {
    const found = find(path, name);
    if (found) keep(found);
  }
}

for (const workspace of ["", ...process.argv.slice(2)]) keep(workspace);
const unneeded = Object.keys(packages).filter((path) => path.includes("node_modules/") && !needed.has(path));
for (const path of unneeded) if (!packages[path]?.link) rmSync(path, { recursive: true, force: true });
