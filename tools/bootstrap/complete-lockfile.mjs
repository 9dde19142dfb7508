// Run by hand after npm install: node tools/bootstrap/complete-lockfile.mjs
// npm leaves out of the lockfile what its registry does not hold (mirrors often lack other platforms' packages), and npm ci then refuses the
// lockfile everywhere. This adds those entries: the exact version that the package names, without a hash.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./folders.mjs";

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string> }} Entry */

const systems = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "openharmony",
  "win32",
  "windows",
  "aix",
  "netbsd",
  "openbsd",
  "sunos",
];
const processors = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x", "loong64", "wasm32", "64"];

/**
 * What `packages` of a lockfile names as optional dependencies and has no entry for.
 * @param {Record<string, Entry>} packages
 * @returns {Record<string, Entry>}
 */
export function missingEntries(packages) {
  /** @type {Record<string, Entry>} */
  const missing = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isResolved(packages, path, name) || !/^\d/.test(version)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

/** As Node resolves: the package's own node_modules, then those of the folders above. */
function isResolved(
  /** @type {Record<string, Entry>} */ packages,
  /** @type {string} */ path,
  /** @type {string} */ name,
) {
  const parts = path === "" ? [] : path.split("/");
  for (let length = parts.length; length >= 0; length--) {
    const above = parts.slice(0, length).join("/");
    if (packages[`${above}${above && "/"}node_modules/${name}`]) return true;
  }
  return false;
}

function platformOf(/** @type {string} */ name) {
  const words = name.split(/[/-]/);
  const system = words.find((word) => systems.includes(word));
  const processor = words.find((word) => processors.includes(word));
  const libc = system === "linux" && words.some((word) => word.startsWith("musl")) ? ["musl"] : undefined;
  return {
    ...(processor ? { cpu: [processor === "64" ? "x64" : processor] } : {}),
    ...(libc ? { libc } : {}),
    ...(system ? { os: [system === "windows" ? "win32" : system] } : {}),
  };
}

if (process.argv[1] === import.meta.filename) {
  const file = join(root, "package-lock.json");
  const lockfile = JSON.parse(readFileSync(file, "utf8"));
  const missing = missingEntries(lockfile.packages);
  const entries = Object.entries({ ...lockfile.packages, ...missing });
  lockfile.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, "en")));
  if (Object.keys(missing).length) writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added: ${Object.keys(missing).join(" ")}`);
}
