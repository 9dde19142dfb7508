import { defineConfig } from "vitest/config";

/** Scenarios disturb one stack, two replicas of each service: one after the other. A test says itself when what it waits for did not come. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.scenario.ts"],
    globalSetup: ["support/start-stack.ts"],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
    teardownTimeout: 60_000,
    setupFiles: ["support/all-well.ts"],
  },
});
