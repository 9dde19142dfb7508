import { defineConfig, devices } from "@playwright/test";

const launchOptions = {
  ...(process.env.TEST_BROWSER ? { executablePath: process.env.TEST_BROWSER } : {}),
  args: [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
  ],
};
const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1440, height: 860 } };
const phone = { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } };
/** What is half faded in has half its contrast. */
const still = { contextOptions: { reducedMotion: "reduce" } } as const;
const looks = /looks\.spec\.ts/;
const touch = /phone\.spec\.ts/;

/** Against the started product: `journeys/support/start-product.ts` starts it as its users do. */
export default defineConfig({
  testDir: "journeys",
  globalSetup: "./journeys/support/start-product.ts",
  outputDir: "test-results/journeys",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  use: { launchOptions, trace: "retain-on-failure", locale: "en-GB" },
  projects: [
    { name: "desktop", testIgnore: [looks, touch], use: { ...desktop, colorScheme: "light" } },
    { name: "light", testMatch: looks, use: { ...desktop, ...still, colorScheme: "light" } },
    { name: "dark", testMatch: looks, use: { ...desktop, ...still, colorScheme: "dark" } },
    { name: "phone", testMatch: [looks, touch], use: { ...phone, ...still, colorScheme: "light" } },
  ],
});
