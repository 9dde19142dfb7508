import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";

const refusals: [command: string, args: string[], sentence: RegExp][] = [
  ["start", ["--proceses"], /^Unknown option '--proceses'\.$/],
  ["stack", ["--replica", "2"], /^Unknown option '--replica'\.$/],
  ["stack", ["--replicas", "two"], /^--replicas is a whole number from 1 on, and not "two"\.$/],
  ["stack", ["--replicas", "0"], /^--replicas is a whole number from 1 on, and not "0"\.$/],
  ["zipkin", ["--prot", "1"], /^Unknown option '--prot'\.$/],
  ["zipkin", ["--port", "70000"], /^--port is a whole number from 1 to 65535, and not "70000"\.$/],
  ["compose-secrets", ["mial"], /^There is "npm run compose:secrets" .*, and no "mial"\.$/],
  ["drain", ["--leave"], /^Unknown option '--leave'\.$/],
  ["test-conformance", ["--target", "dapper"], /^--target is embedded or dapr, and not "dapper"\.$/],
  ["test-conformance", ["dapr"], /^Unexpected argument 'dapr'\. This command does not take positional arguments\.$/],
];

test.each(refusals)("%s %j is refused with one sentence", (command, args, sentence) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, `tools/${command}.ts`), ...args], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr.trim()).toMatch(sentence);
  expect(stdout).toBe("");
  expect(status).toBe(1);
});
