import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace, type Place, startTend } from "./tend.ts";

let place: Place;
beforeAll(async () => {
  place = await newPlace();
});
afterAll(() => place.remove());

async function refusal(env: Record<string, string>) {
  const tend = startTend(place, { env });
  const code = await tend.ended;
  return { code, lines: tend.output().trim().split("\n") };
}

test("wrong settings: one sentence that names them", async () => {
  const { code, lines } = await refusal({ PORT: "none", SIGN_UP: "perhaps" });
  expect(lines).toEqual([expect.stringMatching(/^Wrong settings: PORT .*SIGN_UP .*\.$/)]);
  expect(code).toBe(1);
});

test("a port in use: one sentence that names another", async () => {
  const server = createServer().listen(place.port, "127.0.0.1");
  try {
    const { code, lines } = await refusal({});
    expect(lines).toEqual([expect.stringMatching(/^Port \d+ is in use .*PORT=\d+/)]);
    expect(code).toBe(1);
  } finally {
    server.close();
  }
});

test("a database that cannot be reached: one sentence that says where, without the password", async () => {
  const { code, lines } = await refusal({ DATABASE_URL: "postgres://me:very-private@127.0.0.1:1/tend" });
  expect(lines.filter((line) => !/UI/.test(line) && !line.startsWith("  "))).toEqual([
    expect.stringMatching(/^The database tend at 127\.0\.0\.1:1 cannot be reached .*DATABASE_URL/),
  ]);
  expect(lines.join()).not.toContain("very-private");
  expect(code).toBe(1);
});

const noFolders: [folder: string, sentence: RegExp][] = [
  [join(import.meta.filename, "tend"), /^The data folder .*refusals\.test\.ts\/tend cannot be made .*DATA_DIR/],
  [import.meta.filename, /^The data folder .*refusals\.test\.ts cannot be used: .*DATA_DIR/],
];
if (existsSync("/proc/self")) noFolders.push(["/proc/tend", /^The data folder \/proc\/tend cannot be made .*DATA_DIR/]);

test.each(noFolders)("a data folder that cannot be one, %s: one sentence", async (folder, sentence) => {
  const { code, lines } = await refusal({ DATA_DIR: folder });
  expect(lines).toEqual([expect.stringMatching(sentence)]);
  expect(code).toBe(1);
});
