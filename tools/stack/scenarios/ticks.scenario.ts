import { expect, it } from "vitest";
import { logLines, replicasOf, until } from "./support/stack.ts";

it("ticks every minute: the cron binding of each replica's sidecar asks for reminders that are due", async () => {
  const began = new Date().toISOString();
  const ticks = () => logLines().filter(({ route, time }) => route === "/api/jobs/check-reminders" && time > began);
  await until("each replica was asked", () => ticks().length >= replicasOf("todo-backend").length);
  expect(new Set(ticks().map(({ status }) => status))).toEqual(new Set([200]));
});
