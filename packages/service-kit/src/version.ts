import { readFileSync } from "node:fs";

/** Of Tend: what the project's own package.json says. */
export const version: string = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
).version;
