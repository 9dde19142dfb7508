import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { prepareKafka } from "../kafka.ts";

const ofThePlace = /^(?:.*listeners?|.*listener\.names?|controller\.quorum\.voters|log\.dirs)$/;

function settingsIn(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n");
  const settings = lines.filter((line) => line && !line.startsWith("#")).map((line) => line.split("=", 2));
  return Object.fromEntries(settings.filter(([name = ""]) => !ofThePlace.test(name)));
}

test("the stack's broker and the one in containers differ in where they are, and in nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tend-kafka-"));
  try {
    // As if it was formatted.
    mkdirSync(join(folder, "log"));
    writeFileSync(join(folder, "log/meta.properties"), "");
    await prepareKafka({ jars: "jars", folder, port: 1, controllerPort: 2 });
    const stack = settingsIn(join(folder, "server.properties"));
    expect(stack).toEqual(settingsIn(join(root, "docker/kafka/server.properties")));
    expect(Number(stack["offsets.retention.minutes"])).toBeGreaterThan(90 * 24 * 60);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
