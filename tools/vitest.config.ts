import { defineProject } from "vitest/config";

// Generous: whole products are started, and a test says itself when what it waits for did not come.
export default defineProject({ test: { include: ["**/test/*.test.ts"], testTimeout: 240_000, hookTimeout: 240_000 } });
