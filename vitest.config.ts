import { defineConfig } from "vitest/config";

/** Every workspace with tests is a project; those with a `vitest.config.ts` say more of themselves there. */
export default defineConfig({
  test: {
    projects: [
      "packages/*",
      "backend",
      "notification-service",
      "recurring-task-service",
      "audit-service",
      "frontend",
      "tools",
    ],
    maxWorkers: 2,
  },
});
