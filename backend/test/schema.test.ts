import { expect, test } from "vitest";
import { testApp } from "./support/app.ts";

test("every column that Prisma knows is in the migrated database", async () => {
  await using backend = await testApp();
  const { prisma } = backend.context;
  const models = [
    prisma.user,
    prisma.session,
    prisma.account,
    prisma.verification,
    prisma.rateLimit,
    prisma.accessToken,
    prisma.project,
    prisma.label,
  ];
  // Without `select`, Prisma asks for all columns of the model by name.
  for (const model of models) expect(await (model.findMany as () => Promise<unknown[]>)()).toEqual([]);
});
