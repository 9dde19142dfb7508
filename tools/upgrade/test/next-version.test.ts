import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { services } from "../../launcher/apps.ts";
import { nextVersion } from "../edits.ts";
import { makeNextVersion } from "../next-version.ts";

test("a next version can be made of this one: its edits fit, its services load, and they are its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tend-next-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  makeNextVersion(folder);
  const modules = services.map((service) => join(folder, service.folder, "src/service.ts"));
  const program = `const services = await Promise.all(${JSON.stringify(modules)}.map((file) => import(file)));
    const { version } = await import(${JSON.stringify(join(folder, "packages/service-kit/src/version.ts"))});
    console.log(JSON.stringify([version, ...services.map(({ service }) => service.migrations)]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  const migrations = services.map((service) => expect.stringContaining(join(folder, service.folder)));
  expect(JSON.parse(stdout)).toEqual([nextVersion, ...migrations]);
});
