import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const base =
  process.env.XDG_CACHE_HOME ||
  (process.platform === "darwin" ? join(homedir(), "Library/Caches") : join(homedir(), ".cache"));

/** For what can be made again: compiled modules, turbo's results, test clusters. Outside the clone. */
export const cacheFolder = join(base, "tend");
