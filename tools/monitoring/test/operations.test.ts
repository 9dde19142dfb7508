import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { alertsOf, readClusterAlerts } from "../files.ts";

const page = readFileSync(join(root, "docs/operations.md"), "utf8");
const section = page.split("\n## ").find((part) => part.startsWith("What to do on each alert\n")) ?? "";
const paragraphs = new Map(
  section.split("\n\n").flatMap((text) => {
    const name = /^\*\*(\w+)\.\*\* /.exec(text)?.[1];
    return name ? [[name, text] as const] : [];
  }),
);
const alerts = alertsOf(readClusterAlerts()).map(({ alert }) => alert);

test.each(alerts)("%s: what it means and what to do is written down, with commands", (alert) => {
  const text = paragraphs.get(alert) ?? "";
  expect(text).toMatch(/`(?:npm run|kubectl|sql|dapr)\s/);
  expect(text.split(/\s+/).length).toBeGreaterThan(40);
});

test("no paragraph is about an alert that there is not", () => {
  expect([...paragraphs.keys()].filter((name) => !alerts.includes(name))).toEqual([]);
});
