import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "embedded-dapr", testTimeout: 90_000, hookTimeout: 120_000 } });
