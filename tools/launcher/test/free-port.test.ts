import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const chooser = `
  import { freePort } from ${JSON.stringify(new URL("../free-port.ts", import.meta.url).href)};
  for (let count = 0; count < 300; count++) console.log(await freePort());
  process.stdout.end();
  process.stdin.resume();
`;

test("what one process was given, no other is while the first lives, though nobody listens there yet", async () => {
  const choosers = [1, 2, 3].map(() =>
    spawn(process.execPath, ["--input-type=module", "-e", chooser], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  const ports = (await Promise.all(choosers.map(({ stdout }) => text(stdout)))).flatMap((of) => of.trim().split("\n"));
  for (const { stdin } of choosers) stdin.end();
  expect(ports).toHaveLength(900);
  expect(new Set(ports).size).toBe(900);
});
