import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../bootstrap/folders.mjs";
import { services } from "../../launcher/apps.ts";
import { canRender, places, render } from "../render.ts";
import { connectionsNeeded } from "../rules/connections.ts";

/** A pool or a connection that stays, made or asked for. */
const opening = /new pg\.(Pool|Client)\(|new PrismaPg\(|createPool\(\{|startJobs\(\{/;

it("every pool that a service opens is among its connections", () => {
  const sources = [...services.map(({ folder }) => folder), "packages/service-kit"].flatMap((folder) =>
    readdirSync(join(root, folder, "src"), { recursive: true, encoding: "utf8" }).map((file) =>
      join(folder, "src", file),
    ),
  );
  const opened = sources.filter((file) => file.endsWith(".ts") && !file.includes("generated"));
  expect(opened.filter((file) => opening.test(readFileSync(join(root, file), "utf8"))).sort()).toEqual([
    // A command of its own, with one connection.
    "audit-service/src/verify.ts",
    "backend/src/prisma.ts",
    "notification-service/src/app.ts",
    // `createPool` itself.
    "packages/service-kit/src/database.ts",
    "packages/service-kit/src/job-locks.ts",
    "packages/service-kit/src/job-pool.ts",
    "packages/service-kit/src/service.ts",
    // One statement or migration long.
    "packages/service-kit/src/with-client.ts",
  ]);
});

describe.skipIf(!(await canRender()))("a database elsewhere", () => {
  it("has to let in as many connections as docs/operations.md says", async () => {
    const page = readFileSync(join(root, "docs/operations.md"), "utf8");
    const said = /let in (\d+)\s+connections/.exec(page)?.[1];
    expect(Number(said)).toBe(connectionsNeeded(await render(...(places["prod-managed"] ?? []))));
  });
});
