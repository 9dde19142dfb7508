import { cpSync, globSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { ui } from "../launcher/apps.ts";

const isLeftOut = (path: string) => /^(?:cache|dev|diagnostics)$/.test(basename(path));
const mark = "next-";

export const versionOfPage = (page: string) => (page.includes(`/chunks/${mark}`) ? "next" : "this");

/** Puts the built pages of a version after this one into its folder: every part of them has another name, as after a build of other sources. */
export function makeNextPages(folder: string): void {
  const [from, to] = [join(root, ui.folder), join(folder, ui.folder)];
  for (const name of ["package.json", "next.config.ts"]) cpSync(join(from, name), join(to, name));
  const built = join(to, ".next");
  cpSync(join(from, ".next"), built, { recursive: true, filter: (path) => !isLeftOut(path) });
  const id = readFileSync(join(built, "BUILD_ID"), "utf8");
  const parts = globSync("static/{chunks,media}/**/*.*", { cwd: built });
  const names = new RegExp([...parts.map((part) => basename(part)), id].map(RegExp.escape).join("|"), "g");
  for (const file of globSync("**/*.{js,json,html,rsc,css,meta,body}", { cwd: built }).concat("BUILD_ID")) {
    const text = readFileSync(join(built, file), "utf8");
    const edited = text.replaceAll(names, (name) => mark + name);
    if (edited !== text) writeFileSync(join(built, file), edited);
  }
  for (const part of [...parts, join("static", id)])
    renameSync(join(built, part), join(built, part.slice(0, -basename(part).length) + mark + basename(part)));
}
