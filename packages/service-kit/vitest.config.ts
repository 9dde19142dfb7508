import { defineProject } from "vitest/config";

// Generous: a test waits for what it wants and says itself when that did not come.
export default defineProject({ test: { testTimeout: 40_000, hookTimeout: 40_000 } });
